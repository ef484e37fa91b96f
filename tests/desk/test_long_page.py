"""A long page of the list comes in pieces, and shows what its short pages show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unittest import mock

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from encours.access.actions import set_language
from encours.desk.synthetic.load import load_synthetic
from tests import build
from tests.desk.pages import signed_in, user

pytestmark = pytest.mark.django_db

BODY = re.compile(r'<tbody class="(?:account|history)".*?</tbody>', re.DOTALL)


@pytest.fixture(autouse=True)
def _on_the_16_of_may() -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=build.NOW):
        yield


@pytest.fixture
def client() -> Client:
    load_synthetic(customer_count=110, invoice_count=400, seed=1, until=build.TODAY, progress=lambda _: None)
    who = user()
    set_language(user=who, language="en", actor=build.ACTOR, now=build.NOW)
    return signed_in(who)


def in_pieces(client: Client) -> list[str]:
    answer = client.get("/?cas=tous&de=&par_page=500")
    assert isinstance(answer, StreamingHttpResponse)
    return [piece.decode() for piece in answer]


def bodies(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert isinstance(answer, HttpResponse)
    return BODY.findall(answer.content.decode())


def histories_unfolded(client: Client, page: str) -> str:
    """Return a long page as it is once each history was unfolded: its rows come from their own address."""
    unfolding = re.compile(
        r'hx-get="(?P<address>[^"]*)" hx-trigger="change once" hx-target="#(?P<place>[^"]*)"'
    )
    for found in unfolding.finditer(page):
        answer = client.get(found["address"], headers={"HX-Request": "true"})
        rows = answer.content.decode().replace("\\", r"\\")
        before = re.compile(
            rf'(<tbody class="history" id="{found["place"]}"[^>]*>\s*)<tr class="more">.*?</tr>', re.DOTALL
        )
        page, count = before.subn(rf"\g<1>{rows}", page)
        assert (answer.status_code, count) == (200, 1)
    return page


def test_a_long_page_comes_in_pieces_that_make_one_page(client: Client) -> None:
    pieces = in_pieces(client)
    assert len(pieces) == 7  # the top, 114 accounts by 25, the bottom
    page = "".join(pieces)
    assert page.count("<html") == page.count("</html>") == 1
    assert [found.count('<tbody class="account"') for found in pieces] == [0, 25, 25, 25, 25, 14, 0]


def test_a_long_page_shows_what_the_short_ones_show_in_the_language_of_who_asks(client: Client) -> None:
    long = BODY.findall(histories_unfolded(client, "".join(in_pieces(client))))
    short = [body for page in (1, 2, 3) for body in bodies(client, f"/?cas=tous&de=&par_page=50&page={page}")]
    page_of_its_own = re.compile(
        r'retour=[^"]*|(?<=class="fold-input") checked|(?<=type="checkbox") hx-get[^>]*(?= class="fold)'
    )
    assert len(long) >= 114
    assert sum("history-line" in body for body in long) == 10
    assert [page_of_its_own.sub("", body) for body in long] == [
        page_of_its_own.sub("", body) for body in short
    ]


def test_histories_are_unfolded_unless_the_page_is_long(client: Client) -> None:
    fold = 'class="fold-input"'
    assert f"{fold}>" in "".join(in_pieces(client))
    assert f"{fold} checked>" in "".join(bodies(client, "/?cas=tous&de=&par_page=50"))


def test_a_page_is_painted_once_it_is_whole_unless_it_is_long(client: Client) -> None:
    whole = '<link rel="expect" href="#fenetre" blocking="render">'
    short = client.get("/?cas=tous&de=&par_page=50").content.decode()
    assert whole in short
    assert '<dialog id="fenetre"' in short
    assert whole not in "".join(in_pieces(client))


def test_the_reminders_of_one_account_have_a_page_of_their_own(client: Client) -> None:
    page = "".join(in_pieces(client))
    assert "history-line" not in page
    found = re.search(
        r'<tr class="more"><td colspan="11"><a href="(/comptes/[0-9]+/historique/[^"]*)">', page
    )
    assert found
    answer = client.get(found[1])
    assert answer.content.decode().count("<h1") == 1
    assert "history-line" in answer.content.decode()
    assert client.get(found[1].replace("1a", "jamais")).status_code == 422
