"""Enrolling an app and a passkey, signing in with each, and ending a session from another browser."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from encours.access.models import Role, User
from encours.access.second_factor.codes import PERIOD_SECONDS, code_at
from tests.browser.conftest import PASSWORD, Complaints

Look = Callable[[Page, str], None]


@pytest.fixture
def local_address(live_server: LiveServer) -> str:
    """Return the server under a name: a browser makes no passkey for a number."""
    return str(live_server.url).replace("127.0.0.1", "localhost")


def give_password(page: Page, username: str) -> None:
    page.goto("/connexion/")
    page.get_by_label("Identifiant", exact=True).fill(username)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def sign_out(page: Page) -> None:
    page.locator(".topbar-end summary").click()
    page.get_by_role("button", name="Se déconnecter").click()


def test_an_app_is_enrolled_and_its_code_is_asked_for_at_the_next_sign_in(
    new_page: Callable[..., Page], user_of: Callable[[Role], User], look: Look, complaints: Complaints
) -> None:
    user_of(Role.COLLECTOR)
    page = new_page()
    give_password(page, "gestion")
    page.goto("/mon-compte/")
    page.get_by_role("link", name="Régler la sécurité").click()
    look(page, "securite")
    page.get_by_role("link", name="Ajouter une application").click()
    page.get_by_text("Impossible de lire le code").click()
    secret = page.locator("details code").inner_text().replace(" ", "")
    look(page, "ajouter-une-application")
    enrolled_at = timezone.now()
    page.get_by_label("Code", exact=True).fill(code_at(secret, enrolled_at))
    page.get_by_role("button", name="Enregistrer l'application").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    recovery = page.locator(".recovery-codes code").first.inner_text()
    look(page, "codes-de-secours")
    page.get_by_role("link", name="Je les ai gardés").click()
    expect(page.get_by_text("10 restants")).to_be_visible()

    sign_out(page)
    give_password(page, "gestion")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérification")
    complaints.expect("422")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce code n'est pas le bon")
    look(page, "verification")
    later = enrolled_at + dt.timedelta(seconds=PERIOD_SECONDS)
    page.get_by_label("Code", exact=True).fill(code_at(secret, later))  # the first one has served
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator(".topbar-user")).to_have_text("Camille Gestion")

    sign_out(page)
    give_password(page, "gestion")
    page.get_by_label("Code", exact=True).fill(recovery)
    page.keyboard.press("Enter")
    expect(page.locator(".topbar-user")).to_have_text("Camille Gestion")


def test_a_passkey_is_made_and_used_by_the_browser_itself(
    new_page: Callable[..., Page], user_of: Callable[[Role], User], look: Look, local_address: str
) -> None:
    user_of(Role.COLLECTOR)
    page = new_page(base_url=local_address)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    give_password(page, "gestion")
    page.goto("/mon-compte/securite/cle/")
    look(page, "ajouter-une-cle")
    page.get_by_label("Nom de la clé").fill("Portable du bureau")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.goto("/mon-compte/securite/")
    expect(page.get_by_role("cell", name="Portable du bureau", exact=True)).to_be_visible()

    sign_out(page)
    give_password(page, "gestion")
    look(page, "verification-par-cle")
    page.get_by_role("button", name="Utiliser une clé d'accès").click()
    expect(page.locator(".topbar-user")).to_have_text("Camille Gestion")
    page.goto("/mon-compte/securite/")
    look(page, "securite-avec-cle")
    page.get_by_role("button", name="Retirer la clé Portable du bureau").click()
    expect(page.get_by_text("Ce second facteur est retiré")).to_be_visible()


def test_a_session_that_is_ended_elsewhere_asks_for_a_sign_in(
    new_page: Callable[..., Page], user_of: Callable[[Role], User]
) -> None:
    user_of(Role.COLLECTOR)
    here, there = new_page(), new_page(user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    for page in (here, there):
        give_password(page, "gestion")
        page.goto("/mon-compte/")
    here.goto("/mon-compte/securite/")
    row = here.get_by_role("row").filter(has_text="Firefox (Windows)")
    row.get_by_role("button", name="Fermer").click()
    expect(here.get_by_text("Cette session est fermée")).to_be_visible()
    expect(here.get_by_role("row").filter(has_text="Firefox (Windows)")).to_have_count(0)
    there.goto("/mon-compte/")
    expect(there).to_have_url(re.compile("/connexion/"))


def test_who_needs_a_second_factor_is_led_to_it(
    signed_in_page: Callable[..., Page], user_of: Callable[[Role], User], look: Look
) -> None:
    admin = signed_in_page(Role.ADMINISTRATOR)
    page = signed_in_page(Role.COLLECTOR)
    admin.goto("/administration/securite/")
    admin.get_by_label("Gestion des relances").check()
    admin.get_by_role("button", name="Enregistrer").click()
    look(admin, "administration-securite")
    expect(admin.get_by_role("link", name="Camille Gestion")).to_be_visible()
    page.goto("/")
    expect(page).to_have_url(re.compile("/mon-compte/securite/"))
    expect(page.get_by_role("alert")).to_contain_text("Votre rôle demande un second facteur")
    look(page, "securite-obligatoire")
