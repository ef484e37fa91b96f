"""The manual is read inside the application: by its contents, its neighbours, the search, the screens."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise
from urllib.parse import urldefrag

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from encours.access.actions import set_language
from encours.access.models import Role
from encours.access.navigation import all_entries
from encours.manual.contents import CHAPTERS, NAMES
from encours.manual.pages import folder, pages, pictures
from encours.manual.screens import HELP
from encours.manual.searching import search
from tests import build
from tests.access.test_every_address import named_patterns
from tests.desk.pages import signed_in, user, words

BY_COMMAND = {"importer", "sauvegarder"}
"""What is done without a screen."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(user(role=Role.ADMINISTRATOR))


def _body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_every_file_of_the_manual_is_in_its_contents_once() -> None:
    files = sorted(path.stem for path in folder().glob("*.md"))
    assert sorted(NAMES) == files
    assert sum(len(names) for _title, names in CHAPTERS) == len(set(NAMES))


def test_every_page_is_led_to_by_the_contents_and_leads_to_its_neighbours(client: Client) -> None:
    contents = _body(client, "/aide/")
    for before, after in pairwise(NAMES):
        assert f'href="/aide/{before}/"' in contents
        assert re.search(f'rel="next" href="/aide/{after}/"', _body(client, f"/aide/{before}/"))
        assert re.search(f'rel="prev" href="/aide/{before}/"', _body(client, f"/aide/{after}/"))
    assert 'rel="prev"' not in _body(client, f"/aide/{NAMES[0]}/")
    assert 'rel="next"' not in _body(client, f"/aide/{NAMES[-1]}/")


def test_every_link_and_picture_of_every_page_works(client: Client) -> None:
    for page in pages().values():
        body = _body(client, page.address)
        assert page.html in body
        assert f"<title>{escape(page.title)} · Aide" in body
        assert "<h1" not in page.html, page.name
        for target in re.findall(r'(?:href|src)="([^"]*)"', page.html):
            address, anchor = urldefrag(target)
            if address.startswith("/aide/pictures/"):
                answer = client.get(address)
                assert answer["Content-Type"] == "image/png"
                assert answer.content.startswith(b"\x89PNG")
                continue
            assert not anchor or f'id="{anchor}"' in _body(client, address), target
            assert client.get(address).status_code == 200, target


def test_anchors_of_a_page_are_its_own() -> None:
    for page in pages().values():
        anchors = [section.anchor for section in page.sections if section.title]
        assert all(anchors), page.name
        assert len(anchors) == len(set(anchors)), page.name


def test_what_is_not_in_the_manual_is_not_found(client: Client) -> None:
    for address in ("/aide/inconnue/", "/aide/pictures/inconnue.png", "/aide/pictures/..%2fconnexion.md"):
        assert client.get(address).status_code == 404, address
    assert {"releve-compte.png"} <= pictures().keys()


def test_the_search_finds_words_without_accents_titles_first(client: Client) -> None:
    assert search("SECOND facteur")[0].title == "Se connecter › Second facteur"
    found = search("fenetre enveloppe")
    assert found[0].address == "/aide/courriers/#ce-que-porte-une-lettre"
    assert "fenêtre" in found[0].excerpt
    assert search("") == search(" ") == []
    assert "/aide/courriers/#ce-que-porte-une-lettre" in _body(client, "/aide/?q=fenetre+enveloppe")
    assert "Rien ne correspond" in _body(client, "/aide/?q=xyzzy")
    assert "&lt;b&gt;" in _body(client, "/aide/?q=%3Cb%3E")


def test_raw_html_of_a_source_stays_text() -> None:
    from encours.manual.pages import _read

    page = _read("x", "# Un titre\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1))\n")
    assert page.title == "Un titre"
    assert "<script" not in page.html
    assert "href" not in page.html


def test_who_reads_english_is_told_that_the_manual_is_french(client: Client) -> None:
    assert "written in French" not in _body(client, "/aide/connexion/")
    reader = user("reader", Role.READER)
    set_language(user=reader, language="en", actor=build.ACTOR, now=build.NOW)
    english = signed_in(reader)
    for address in ("/aide/", "/aide/connexion/"):
        assert "The manual is written in French." in words(english.get(address))
    assert '<article class="card manual-text">' in _body(english, "/aide/connexion/")


def test_the_table_of_help_names_screens_and_pages_that_exist() -> None:
    screens = dict(named_patterns(get_resolver().url_patterns))
    assert HELP.keys() - screens.keys() == set()
    assert set(HELP.values()) | BY_COMMAND == set(NAMES)
    assert {entry.url_name for entry in all_entries()} - HELP.keys() == set()


def test_each_screen_leads_to_its_page_and_a_screen_without_one_to_the_contents(client: Client) -> None:
    walked = 0
    for screen, page in HELP.items():
        try:
            address = reverse(screen)
        except NoReverseMatch:
            continue  # of one account, invoice…: the table is all that differs
        walked += 1
        assert f'href="/aide/{page}/" data-help' in client.get(address).content.decode(), screen
    assert walked > 12
    assert 'href="/aide/" data-help' in _body(client, "/aide/")
