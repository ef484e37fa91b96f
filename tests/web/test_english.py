"""Whoever chose English reads English on every page, whatever language the data are in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel import Locale
from django.apps import apps
from django.db import models, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

import encours
from encours.access.actions import set_language
from encours.access.models import Role
from tests import build
from tests.access.expectations import all_pages
from tests.access.world import World, kept_world

pytestmark = pytest.mark.django_db

SOURCES = Path(encours.__file__).parent
PAGES = {name: page for name, page in all_pages().items() if not page.is_public}
TOLD = {"aria-label", "title", "placeholder", "alt", "label", "data-label"}
"""The attributes that a user reads or hears."""
PLACEHOLDER = re.compile(r"\{\w+\}")
"""What a template of a message has, whoever reads it."""
SAYS_FRENCH = {"access:change_language", "desk:saved_filters"}
"""What is sent there is French, or makes the page so."""
SILENT = {"script", "style", "textarea", "code"}
LETTER = "message-text"
"""The class of what a customer reads, in his language."""
VOID = {"br", "hr", "img", "input", "link", "meta"}
NAMES = ["Français", *map(str, Locale("en").territories.values())]
FRENCH = re.compile(
    r"[éèêàâçùôîœ«»\u202f]|\u00a0:|\b(?:de|du|des|le|la|les|un|une|et|est|sont|pour|sur|pas|avec|sans|par|aucune?"
    r"|votre|vous|factures?|relances?|avoirs?|client|entité|lettre)\b",
    re.IGNORECASE,
)


class Texts(HTMLParser):
    """Collects what a page shows or says, but not of a letter or an e-mail, nor what it calls French."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_french = tag != "html" and given.get("lang") == "fr"
        is_letter = LETTER in (given.get("class") or "").split()
        is_within = bool(self.silent)
        if (is_within or tag in SILENT or is_letter or is_french) and tag not in VOID:
            self.silent.append(tag)
        if not (is_french or is_within):
            self.found += [value for name, value in attrs if name in TOLD and value]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        if self.silent:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.found.append(data.strip())


def texts_of(answer: HttpResponseBase) -> list[str]:
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    assert isinstance(answer, HttpResponse | StreamingHttpResponse)
    parser = Texts()
    parser.feed(b"".join(answer).decode())
    return parser.found


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), kept_world() as kept:
        set_language(user=kept.users[Role.ADMINISTRATOR], language="en", actor=build.ACTOR, now=build.NOW)
        yield kept


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.users[Role.ADMINISTRATOR])
    return client


@pytest.fixture(scope="module")
def kept(world: World) -> list[str]:
    """Return every French text of the database and every name, the longest first: a page may show these."""
    found = set(NAMES)
    for model in apps.get_models():
        fields = (models.CharField, models.TextField, models.JSONField)
        names = [field.name for field in model._meta.fields if isinstance(field, fields)]
        for row in model._default_manager.values_list(*names) if names else ():
            found.update(_texts_in(row))
    return sorted((text for text in found if FRENCH.search(text)), key=len, reverse=True)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from (line.strip() for line in value.split("\n"))
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(part)


def without(text: str, kept: list[str]) -> str:
    for known in kept:
        text = text.replace(known, "") if known in text else text
    return PLACEHOLDER.sub("", text)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_has_no_french(name: str, world: World, client: Client, kept: list[str]) -> None:
    page = PAGES[name]
    address = reverse(name, kwargs=dict(page.args(world.own)) or None)
    with transaction.atomic():
        answers = [client.get(address, page.query(world.own))] if page.get else []
        if page.post:
            answers.append(client.post(address, {}))  # refused, for most
        if page.post and name not in SAYS_FRENCH:
            answers += [
                client.post(address, page.body(world.own)),
                client.get("/mon-compte/"),
            ]  # and what it said
        told = [text for answer in answers for text in texts_of(answer)]
        transaction.set_rollback(True)
    assert [text for text in told if FRENCH.search(text) and FRENCH.search(without(text, kept))] == []


def test_only_the_manual_declares_that_it_is_french() -> None:
    marked = {
        path.relative_to(SOURCES).parts[0]
        for path in SOURCES.rglob("*.html")
        if 'lang="fr"' in path.read_text(encoding="utf-8")
    }
    assert marked == {"manual"}


def test_what_does_not_exist_is_said_in_english(client: Client) -> None:
    texts = texts_of(client.get("/rien/"))
    assert "This page does not exist" in texts
    assert [text for text in texts if FRENCH.search(text)] == []


def test_the_list_writes_amounts_moments_and_plurals_in_english(client: Client) -> None:
    page = " ".join(texts_of(client.get("/?cas=tous&de=&historique=tout")))
    assert "Customer accounts and reminders" in page
    assert "€11,400.00" in page
    assert re.search(r"\d\d/\d\d/\d{4} at \d\d:\d\d:\d\d", page)
    assert "2 invoices issued in the period, 1 credit note issued, 2 invoices awaiting payment" in page
