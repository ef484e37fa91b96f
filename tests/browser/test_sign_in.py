"""Signing in, by mouse and by keyboard; a session that ends while a page is open loses nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from encours.access.models import Role, User
from tests.browser.conftest import PASSWORD, Complaints

Look = Callable[[Page, str], None]


def test_who_signs_in_is_greeted_by_his_name(
    new_page: Callable[..., Page], user_of: Callable[[Role], User], look: Look, complaints: Complaints
) -> None:
    user_of(Role.COLLECTOR)
    page = new_page()
    page.goto("/mon-compte/")
    look(page, "connexion")
    page.get_by_label("Identifiant", exact=True).fill("gestion")
    page.get_by_label("Mot de passe", exact=True).fill("faux")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_have_text("Identifiant ou mot de passe incorrect.")
    complaints.expect("422")
    page.get_by_label("Identifiant", exact=True).fill("gestion")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    expect(page.locator(".topbar-user")).to_have_text("Camille Gestion")
    look(page, "mon-compte")


def test_the_menu_of_the_user_opens_and_closes_by_keyboard(signed_in_page: Callable[..., Page]) -> None:
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/mon-compte/")
    summary = page.locator(".topbar-end summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Mon compte")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Mon compte")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_form_sent_after_the_session_ended_is_taken_up_again(
    signed_in_page: Callable[..., Page], user_of: Callable[[Role], User], complaints: Complaints
) -> None:
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/mon-compte/")
    Session.objects.all().delete()
    complaints.expect("401")
    page.get_by_label("Langue de l'interface").select_option("en")
    page.get_by_role("button", name="Changer la langue").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce que vous avez saisi est conservé")
    page.get_by_label("Identifiant").fill("gestion")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Reprendre mon action").click()
    page.wait_for_url("**/mon-compte/")
    assert user_of(Role.COLLECTOR).language == "en"
