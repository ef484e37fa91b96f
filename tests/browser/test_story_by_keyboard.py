"""The whole day of a credit controller without a mouse: Tab, Enter, Space, arrows and typing only."""

from __future__ import annotations

import re

from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from encours.parties.models import Account
from tests.browser.conftest import PASSWORD, Complaints
from tests.browser.keyboard import Keyboard
from tests.browser.story import LETTER, Open, accounts, check_letter, check_messages
from tests.mailserver import MailServer

__all__ = ["accounts"]

LIST = "Comptes clients et relances"
ACTIONS = ("relance/", "reglements/nouveau/", "factures/nouvelle/", "avoirs/nouveau/", "suspendre/")


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def sign_in(page: Page, username: str) -> None:
    expect(page.get_by_label("Identifiant", exact=True)).to_be_focused()  # without a key
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    title(page, LIST)


def block(account: Account) -> str:
    return f"compte-{account.pk}"


def save_overdue_filter(page: Page, keys: Keyboard) -> None:
    keys.choose("Cas", "Factures échues")
    keys.enter("Filtrer")
    page.wait_for_url(re.compile("cas=echues"))
    expect(page.locator("#filtrer")).to_be_focused()
    keys.enter("Enregistrer ce filtre")
    keys.write("Nom du filtre", "Mes échues")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Mes échues")).to_be_visible()
    keys.enter("Mes échues")
    page.wait_for_url(re.compile("cas=echues"))


def remind(page: Page, keys: Keyboard, account: Account, template: str | None) -> str:
    """Make a reminder in two steps from the list and return its reference."""
    keys.enter("Faire une relance", within=block(account))
    expect(page.get_by_role("heading", name=re.compile("ÉTAPE 1"))).to_be_visible()
    if template is not None:
        keys.choose("Type*", template)
    keys.enter("Suivant >")
    expect(page.get_by_role("heading", name=re.compile("ÉTAPE 2"))).to_be_visible()
    keys.enter("Enregistrer la relance")
    title(page, "Détail de la relance archivée")
    return page.url.rstrip("/").rpartition("/")[2]


def open_letter(page: Page, keys: Keyboard) -> None:
    keys.to("Relance-TOPCONSEIL-1.pdf")
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    answer = page.request.get(opened.value.url)
    opened.value.close()
    assert answer.headers["content-type"] == "application/pdf"
    check_letter(answer.body())


def find_in_archive(page: Page, keys: Keyboard, references: list[str]) -> None:
    """Open each reminder from its line of the list, and come back."""
    for reference in references:
        keys.enter("Consulter une relance", within=f"/relances/{reference}/")
        title(page, "Détail de la relance archivée")
        expect(page).to_have_url(re.compile(f"/relances/{reference}/$"))
        keys.enter(LIST, within="contenu")
        title(page, LIST)


def turn_green(page: Page, keys: Keyboard, account: Account) -> None:
    link = page.locator(f"#adresse-{account.pk}")
    expect(link).to_contain_text("manque")
    keys.enter("Gérer les adresses de relance", within=block(account))
    window = page.get_by_role("dialog", name="Gérer les adresses de relance")
    expect(window).to_be_visible()
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(window).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    keys.to("Fermer", within="fenetre")
    keys.write("Adresses e-mail", "helene@fleurs.example", within="fenetre")  # round again: nothing behind
    keys.enter("Enregistrer", within="fenetre")
    expect(window).to_be_hidden()
    expect(link).to_contain_text("adresse complète")
    expect(link).to_be_focused()


def test_the_whole_story_by_keyboard_alone(
    new_page: Open, accounts: dict[str, Account], settings: Settings, complaints: Complaints
) -> None:
    page = new_page()
    keys = Keyboard(page)
    page.goto("/")
    sign_in(page, "gestion")
    save_overdue_filter(page, keys)
    expect(page.locator(f"#{block(accounts['letter'])} .invoice-line")).to_contain_text(
        "partiellement réglée"
    )
    letter = remind(page, keys, accounts["letter"], LETTER)
    assert letter == "TOPCONSEIL-1"
    open_letter(page, keys)
    keys.enter(LIST, within="contenu")
    title(page, LIST)
    expect(page).to_have_url(re.compile("cas=echues"))
    with MailServer() as server:
        settings.EMAIL_URL = server.url
        by_email = remind(page, keys, accounts["email"], None)
        expect(page.locator("#envoi")).to_contain_text("en attente")
        call_command("worker", "--once")
        expect(page.locator("#envoi")).to_contain_text("envoyée")
        check_messages(list(server.messages))
    keys.enter(LIST, within="contenu")
    title(page, LIST)
    find_in_archive(page, keys, [letter, by_email])
    turn_green(page, keys, accounts["red"])
    keys.enter("Camille Gestion")
    keys.enter("Se déconnecter")
    title(page, "Connexion")
    refuse_every_action(page, keys, accounts["letter"], complaints)


def refuse_every_action(page: Page, keys: Keyboard, account: Account, complaints: Complaints) -> None:
    sign_in(page, "lecture")
    complaints.expect("403")
    expect(page.locator(f"#{block(account)}")).to_contain_text("Dupont SA")
    for label in (
        "Faire une relance",
        "Relancer en masse",
        "Imprimer la lettre de relance",
        "Administration",
    ):
        expect(page.get_by_text(label, exact=True)).to_have_count(0)
    addresses = [f"/comptes/{account.pk}/{action}" for action in ACTIONS]
    for address in (*addresses, "/relances-en-masse/nouvelle/", "/administration/modeles/"):
        answer = page.goto(address)  # typed in the bar of the browser
        assert answer is not None
        assert answer.status == 403
        title(page, "Cette action ne vous est pas permise")
    keys.enter("Revenir aux comptes clients")
    title(page, LIST)


def test_the_first_stop_of_a_page_skips_to_its_content(new_page: Open, accounts: dict[str, Account]) -> None:
    page = new_page()
    keys = Keyboard(page)
    page.goto("/")
    sign_in(page, "gestion")
    page.keyboard.press("Tab")
    assert keys.focus == "Aller au contenu"
    expect(page.get_by_text("Aller au contenu")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#filtre') !== null")
