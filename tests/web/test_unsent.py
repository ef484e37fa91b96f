"""A session that ends, or a new one, loses nothing of what a page holds."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import build
from tests.desk.pages import signed_in, user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/?client=dupont"),
        ("get", "/totaux/"),
        ("get", "/comptes/1/adresses/?depuis=compte"),
        ("post", "/comptes/1/adresses/"),
        ("post", "/comptes/1/relance/apercu/"),
        ("get", "/comptes/1/chronologie/"),
    ],
)
def test_a_part_of_a_page_is_answered_by_an_empty_401_once_the_session_has_ended(
    method: str, path: str
) -> None:
    answer = getattr(Client(), method)(path, headers=HTMX)
    assert (answer.status_code, answer.content) == (401, b"")


def test_the_sign_in_in_another_tab_brings_the_token_for_the_pages_that_wait() -> None:
    client = signed_in(user())
    page = client.get("/connexion/faite/").content.decode()
    assert re.search(r'data-new-token="[A-Za-z0-9]{64}"', page)


def test_a_part_asked_with_an_old_token_gets_the_new_one_and_a_form_only_its_page() -> None:
    account = build.account()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user())
    address = f"/comptes/{account.pk}/adresses/"
    client.get(address)
    refused = client.post(address, {"csrfmiddlewaretoken": "a" * 64}, headers=HTMX)
    assert refused.status_code == 403
    posted = {"csrfmiddlewaretoken": refused.headers["X-New-Token"], "reach": "customer", "country": "FR"}
    assert client.post(address, posted, headers=HTMX).status_code == 200
    alone = client.post(address, {"csrfmiddlewaretoken": "a" * 64})
    assert (alone.status_code, "X-New-Token" in alone.headers) == (403, False)
    stranger = Client(enforce_csrf_checks=True)
    assert "X-New-Token" not in stranger.post(address, {}, headers=HTMX).headers


def test_every_page_can_say_that_the_network_is_missing_and_what_was_typed_is_back() -> None:
    page = signed_in(user()).get("/").content.decode()
    for part in (
        'data-reason="reseau"',
        'data-reason="jeton"',
        '<template id="saisie-remise">',
        "web/unsent",
    ):
        assert part in page


def test_a_page_says_whose_it_is_so_that_what_one_typed_is_not_given_to_the_next_and_none_is_left() -> None:
    who = user()
    assert f'data-user="{who.pk}"' in signed_in(who).get("/").content.decode()
    assert "data-user" not in Client().get("/connexion/").content.decode()
