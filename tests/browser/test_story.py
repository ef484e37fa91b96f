"""The whole day of a credit controller, in a real browser, by mouse."""

from __future__ import annotations

import re

from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from encours.parties.models import Account
from tests.browser.conftest import PASSWORD, Complaints
from tests.browser.story import LETTER, Open, accounts, check_letter, check_messages
from tests.mailserver import MailServer

__all__ = ["accounts"]


def sign_in(page: Page, username: str) -> None:
    page.goto("/")
    page.get_by_label("Identifiant", exact=True).fill(username)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comptes clients et relances")


def block(page: Page, account: Account) -> str:
    return f"#compte-{account.pk}"


def save_overdue_filter(page: Page) -> None:
    page.get_by_label("Cas", exact=True).select_option(label="Factures échues")
    page.get_by_role("button", name="Filtrer", exact=True).click()
    page.wait_for_url(re.compile("cas=echues"))
    page.get_by_text("Enregistrer ce filtre").click()
    page.get_by_label("Nom du filtre").fill("Mes échues")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("link", name="Mes échues")).to_be_visible()


def write(page: Page, account: Account, template: str | None) -> str:
    """Make a reminder in two steps and return its reference."""
    page.locator(block(page, account)).get_by_role("link", name="Faire une relance").click()
    expect(page.get_by_role("heading", name=re.compile("ÉTAPE 1"))).to_be_visible()
    if template is not None:
        page.get_by_label("Type*", exact=True).select_option(label=template)
    page.get_by_role("button", name="Suivant >").click()
    expect(page.get_by_role("heading", name=re.compile("ÉTAPE 2"))).to_be_visible()
    page.get_by_role("button", name="Enregistrer la relance").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Détail de la relance archivée")
    return page.url.rstrip("/").rpartition("/")[2]


def test_she_reminds_by_letter_and_finds_it_in_the_archive(
    new_page: Open, accounts: dict[str, Account]
) -> None:
    page = new_page()
    sign_in(page, "gestion")
    save_overdue_filter(page)
    line = page.locator(block(page, accounts["letter"])).locator(".invoice-line")
    expect(line).to_contain_text("partiellement réglée")
    expect(line).to_contain_text("6\u202f400,00\u00a0€")
    reference = write(page, accounts["letter"], LETTER)
    assert reference == "TOPCONSEIL-1"
    expect(page.locator("main")).to_contain_text("Camille Gestion")
    expect(page.locator("#envoi")).to_contain_text("à imprimer")
    letter = page.get_by_role("link", name="Relance-TOPCONSEIL-1.pdf")
    answer = page.request.get(str(letter.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    check_letter(answer.body())
    with page.expect_popup():
        page.get_by_role("button", name="Imprimer la lettre de relance").click()
    page.reload()
    expect(page.locator("#envoi")).to_contain_text("imprimée le")
    page.goto("/?cas=echues")
    history = page.locator(".history-line", has_text="Courrier postal")
    expect(history).to_have_count(1)
    expect(history).to_contain_text("11\u202f400,00\u00a0€")
    history.get_by_role("link", name="Consulter une relance").click()
    expect(page).to_have_url(re.compile("/relances/TOPCONSEIL-1/$"))


def test_she_reminds_by_email_and_the_server_takes_it(
    new_page: Open, accounts: dict[str, Account], settings: Settings
) -> None:
    page = new_page()
    sign_in(page, "gestion")
    with MailServer() as server:
        settings.EMAIL_URL = server.url
        reference = write(page, accounts["email"], None)
        expect(page.locator("#envoi")).to_contain_text("en attente")
        call_command("worker", "--once")
        expect(page.locator("#envoi")).to_contain_text("envoyée")
        received = list(server.messages)
    check_messages(received)
    page.goto(f"/relances/{reference}/")
    expect(page.locator("#envoi")).to_contain_text("gestion@example.org (copie)")


def test_she_corrects_a_red_address_and_sees_it_turn_green(
    new_page: Open, accounts: dict[str, Account]
) -> None:
    page = new_page()
    sign_in(page, "gestion")
    address = page.locator(block(page, accounts["red"])).get_by_role(
        "link", name="Gérer les adresses de relance"
    )
    expect(address).to_contain_text("manque")
    address.click()
    window = page.get_by_role("dialog")
    window.get_by_label("Adresses e-mail").fill("helene@fleurs.example")
    window.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(f"#adresse-{accounts['red'].pk}")).to_contain_text("adresse complète")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(f"#adresse-{accounts['red'].pk}")).to_contain_text("adresse complète")


def test_who_only_reads_is_refused_every_action(
    new_page: Open, accounts: dict[str, Account], complaints: Complaints
) -> None:
    complaints.expect("403")
    page = new_page()
    sign_in(page, "lecture")
    expect(page.locator(block(page, accounts["letter"]))).to_contain_text("Dupont SA")
    expect(page.get_by_text("Faire une relance")).to_have_count(0)
    expect(page.get_by_text("Relancer en masse")).to_have_count(0)
    for address in (f"/comptes/{accounts['letter'].pk}/relance/", "/administration/modeles/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403
        expect(page.get_by_role("heading", level=1)).to_have_text("Cette action ne vous est pas permise")
