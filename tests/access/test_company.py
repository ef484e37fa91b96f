"""The company's identity provider lets in who has an account here, by a verified e-mail, and nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from encours.access.models import User
from encours.audit.models import AuditLine
from encours.settings.checks import read_provider
from tests.access import oidcserver
from tests.access.oidcserver import CLIENT, Provider
from tests.access.signing import code_now, new_user, with_app

pytestmark = pytest.mark.django_db

START = "/connexion/entreprise/"
EMAIL = "gestion@example.org"


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with oidcserver.running() as provider:
        yield provider


@pytest.fixture
def provider(server: Provider, settings: Any) -> Provider:
    app = read_provider(issuer=server.issuer, name="Exemple SA", **CLIENT)
    settings.OIDC = app
    apps = [{"provider_id": "entreprise", **app}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
    server.person = {"sub": "7", "email": EMAIL, "email_verified": True}
    server.token_changes, server.userinfo_changes = {}, {}
    return server


@pytest.fixture
def user() -> User:
    return new_user(email=EMAIL)


def go(client: Client, start: str = START) -> Any:
    """Follow the browser's way to the provider and back; return our answer to where it leads back."""
    asked = client.get(start)
    assert asked.status_code == 302
    led_back = requests.get(asked.headers["Location"], allow_redirects=False, timeout=10)
    return client.get(led_back.headers["Location"].removeprefix("http://testserver"))


def is_in(client: Client) -> bool:
    return client.get("/mon-compte/").status_code == 200


def test_who_is_known_by_his_verified_email_goes_where_he_wanted(
    client: Client, user: User, provider: Provider
) -> None:
    assert "Se connecter avec Exemple SA" in client.get("/connexion/").content.decode()
    assert go(client, f"{START}?next=/mon-compte/").headers["Location"] == "/mon-compte/"
    assert is_in(client)
    assert AuditLine.objects.get(action="user.sign_in").after["method"] == "company"
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"email": "personne@example.org"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email": ""},
    ],
)
def test_nobody_else_is_let_in_and_no_account_is_made(
    client: Client, user: User, provider: Provider, said: dict[str, Any]
) -> None:
    provider.person |= said
    assert go(client).headers["Location"] == "/connexion/"
    assert "Aucun compte d&#x27;Encours ne correspond" in client.get("/connexion/").content.decode()
    assert not is_in(client)
    assert User.objects.count() == 1


def test_an_email_that_two_have_or_an_inactive_user_lets_nobody_in(
    client: Client, user: User, provider: Provider
) -> None:
    User.objects.update(is_active=False)
    go(client)
    assert not is_in(client)
    User.objects.update(is_active=True)
    new_user("autre", email=EMAIL.upper())
    go(client)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("token", "userinfo"),
    [
        ({"aud": "another client"}, {}),
        ({"iss": "http://127.0.0.1:1"}, {}),
        ({"exp": 1}, {}),
        ({}, {"sub": "8"}),
    ],
)
def test_a_token_for_another_is_refused(
    client: Client, user: User, provider: Provider, token: dict[str, Any], userinfo: dict[str, Any]
) -> None:
    provider.token_changes, provider.userinfo_changes = token, userinfo
    assert go(client).headers["Location"] == "/connexion/"
    assert not is_in(client)


def test_an_answer_that_was_not_asked_for_or_comes_twice_is_refused(
    client: Client, user: User, provider: Provider
) -> None:
    asked = client.get(START)
    led_back = requests.get(asked.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
    back = led_back.removeprefix("http://testserver")
    assert Client().get(back).headers["Location"] == "/connexion/"
    assert client.get(back).headers["Location"] == "/"
    again = Client()
    assert again.get(back).headers["Location"] == "/connexion/"
    assert not is_in(again)


def test_the_second_factor_is_asked_for_as_after_a_password(
    client: Client, user: User, provider: Provider
) -> None:
    with_app(user)
    assert go(client).headers["Location"] == "/connexion/verification/"
    assert not is_in(client)
    client.post("/connexion/verification/", {"code": code_now()})
    assert is_in(client)


def interrupted(client: Client) -> str:
    """Send a form without a session; return it as the sign-in page carries it."""
    page = client.post("/mon-compte/langue/?x=1", {"language": "en"}).content.decode()
    assert f'<form method="post" action="{START}">' in page
    carried = re.search(r'name="resume" value="([^"]+)"', page)
    assert carried is not None
    return carried[1]


def go_with(client: Client, packed: str) -> Any:
    """Follow the same way with a form that waits: our page leads to the provider."""
    page = client.post(START, {"resume": packed}).content.decode()
    leads = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert leads is not None
    asked = html.unescape(leads[1])
    led_back = requests.get(asked, allow_redirects=False, timeout=10)
    return client.get(led_back.headers["Location"].removeprefix("http://testserver"))


def test_a_form_sent_after_the_session_ended_is_handed_back_after_the_provider(
    client: Client, user: User, provider: Provider
) -> None:
    answer = go_with(client, interrupted(client))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'action="/mon-compte/langue/?x=1"' in page
    assert '<input type="hidden" name="language" value="en">' in page
    user.refresh_from_db()
    assert user.language == "fr"
    client.post("/deconnexion/")
    assert go(client).headers["Location"] == "/"  # handed back once


def test_the_form_waits_for_the_second_factor_too(client: Client, user: User, provider: Provider) -> None:
    with_app(user)
    assert go_with(client, interrupted(client)).headers["Location"] == "/connexion/verification/"
    page = client.post("/connexion/verification/", {"code": code_now()}).content.decode()
    assert 'action="/mon-compte/langue/?x=1"' in page


def test_the_form_is_still_there_when_the_provider_lets_nobody_in(
    client: Client, user: User, provider: Provider
) -> None:
    packed = interrupted(client)
    provider.person |= {"email": "personne@example.org"}
    assert go_with(client, packed).headers["Location"] == "/connexion/"
    assert packed in client.get("/connexion/").content.decode()


def test_a_forged_form_does_not_wait(client: Client, user: User, provider: Provider) -> None:
    assert go_with(client, "eyJwYXRoIjoiLyJ9:x:y").headers["Location"] == "/"
    assert is_in(client)


def test_a_provider_may_vouch_for_its_addresses(
    client: Client, user: User, provider: Provider, settings: Any
) -> None:
    del provider.person["email_verified"]
    go(client)
    assert not is_in(client)
    settings.OIDC_EMAIL_IS_VERIFIED = True
    go(client)
    assert is_in(client)


def test_a_provider_that_does_not_answer_is_said_in_french(
    client: Client, user: User, provider: Provider, settings: Any
) -> None:
    app = read_provider(issuer="http://127.0.0.1:1", name="Exemple SA", **CLIENT)
    apps = [{"provider_id": "entreprise", **app}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    assert client.get(START).headers["Location"] == "/connexion/"
    assert "ne répond pas" in client.get("/connexion/").content.decode()


def test_without_a_provider_there_is_no_such_page(client: Client) -> None:
    assert "Se connecter avec" not in client.get("/connexion/").content.decode()
    assert client.get(START).status_code == 404
    assert client.get(f"{START}retour/?code=x&state=y").status_code == 404
