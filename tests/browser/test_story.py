"""The whole day of a credit controller, in a real browser: by mouse, then by keyboard alone."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from encours.access.models import Role, User
from encours.parties.models import Account
from tests import build
from tests.browser.conftest import PASSWORD, Complaints
from tests.mailserver import MailServer, Received

Open = Callable[..., Page]
LETTER = "Première relance (Courrier postal, 3 - Moyenne)"


@pytest.fixture
def accounts(user_of: Callable[[Role], User]) -> dict[str, Account]:
    """Return three accounts: the example to write to, one with two e-mails, one whose address is red."""
    user_of(Role.COLLECTOR)
    user_of(Role.READER)
    example = build.example()
    mailed = build.customer("MARTIN", with_contact=False, name="Martin et Cie")
    build.contact(mailed, emails="compta@martin.example; direction@martin.example")
    red = build.customer("FLEURS", with_contact=False, name="Fleurs d'Hélène")
    build.contact(red, emails="")
    for customer in (mailed, red):
        build.invoice(build.account(customer), net=100_000, vat=20_000)
    return {
        "letter": example.account,
        "email": Account.objects.get(customer=mailed),
        "red": Account.objects.get(customer=red),
    }


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


def pdf_text(content: bytes) -> str:
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)


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
    assert "6 400,00 EUR TTC à payer pour le 31/01/2016" in re.sub(r"\s", " ", pdf_text(answer.body()))
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
    recipients = {"compta@martin.example", "direction@martin.example", "gestion@example.org"}
    assert {one.recipient for one in received} == recipients
    assert len({one.sha256 for one in received}) == 1
    check_message(received[0], reference)
    page.goto(f"/relances/{reference}/")
    expect(page.locator("#envoi")).to_contain_text("gestion@example.org (copie)")


def check_message(received: Received, reference: str) -> None:
    message = email.message_from_bytes(received.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert str(message["Cc"]) == "Camille Gestion <gestion@example.org>"
    assert "gestion@example.org" in str(message["Reply-To"])
    attachments = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert len(attachments) == 1
    name, content = attachments.popitem()
    assert str(name).startswith("Compte-client-MARTIN-")
    assert "Martin et Cie" in pdf_text(content)


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


def press_until(page: Page, accessible_name: str, *, limit: int = 120) -> None:
    """Press Tab until the focus is on what has this name, as who has no mouse would."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const one = document.activeElement;
                const label = one.labels && one.labels.length ? one.labels[0].innerText : one.innerText;
                return (one.getAttribute("aria-label") || label || "").trim();
            }"""
        )
        if focused.startswith(accessible_name):
            return
    pytest.fail(f"«{accessible_name}» cannot be reached by Tab")


def test_the_same_by_keyboard_alone(new_page: Open, accounts: dict[str, Account]) -> None:
    page = new_page()
    page.goto("/")
    page.keyboard.type("gestion")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Comptes clients et relances")
    press_until(page, "Client")
    page.keyboard.type("dupont")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("client=dupont"))
    page.wait_for_load_state()
    press_until(page, "Faire une relance")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("ÉTAPE 1"))).to_be_visible()
    press_until(page, "Type*")
    page.keyboard.type("Première relance (Courrier")
    press_until(page, "Suivant >")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("ÉTAPE 2"))).to_be_visible()
    press_until(page, "Enregistrer la relance")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Détail de la relance archivée")
    assert accounts["letter"].reminders.count() == 1
