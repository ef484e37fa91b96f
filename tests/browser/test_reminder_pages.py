"""A reminder in two steps in a real browser: live totals, texts and preview; the archive; the editor."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from encours.access.models import Role
from encours.dunning.models import DeliveryState, Reminder
from encours.parties.models import Account
from tests import build
from tests.browser.conftest import PASSWORD, Complaints
from tests.dunning.issuing import template

Look = Callable[[Page, str], None]


def an_account() -> Account:
    """Return the account of the example with three more invoices and a credit note, and the templates."""
    for code in ("L1", "L2", "L3", "LMED", "E1", "E2", "E3", "EMED"):
        template(code)
    account = build.example().account
    for number in ("FAC-201602-07", "FAC-201603-02"):
        build.invoice(account, number, net=100_000, vat=20_000)
    build.invoice(account, "FAC-201605-09", due=build.TODAY.replace(year=2099))
    build.credit_note(account, "AV-201602-01")
    return account


def test_a_letter_is_written_previewed_issued_printed_and_annulled(
    signed_in_page: Callable[..., Page], look: Look
) -> None:
    account = an_account()
    page = signed_in_page(Role.COLLECTOR)
    page.goto(f"/comptes/{account.id}/relance/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relance relative au client Dupont SA")
    expect(page.get_by_role("checkbox", name="FAC-201601-01")).to_be_checked()
    expect(page.get_by_role("checkbox", name="FAC-201605-09")).not_to_be_checked()
    look(page, "relance-etape-1")
    page.get_by_label("Type*").select_option(label="Première relance (Courrier postal, 3 - Moyenne)")
    page.get_by_role("button", name="Suivant >").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("ÉTAPE 2 : détail de la relance")
    expect(page.locator("#totaux")).to_have_text(re.compile(r"8.800,00.EUR"))
    expect(page.locator(".preview-page")).to_have_count(1)
    expect(page.get_by_label("Copie (Cc)")).to_be_hidden()
    look(page, "relance-etape-2-lettre")
    page.get_by_role("checkbox", name="FAC-201602-07").uncheck()
    page.get_by_role("checkbox", name="FAC-201603-02").uncheck()
    expect(page.locator("#totaux")).to_have_text(re.compile(r"6.400,00.EUR"))
    expect(page.get_by_label("Objet de la relance")).to_have_value(
        "Relance pour une facture en attente de règlement"
    )
    page.get_by_label("Sévérité/Priorité").select_option("4")
    page.get_by_role("button", name="Enregistrer la relance").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Détail de la relance archivée")
    expect(page.locator("#envoi")).to_contain_text("à imprimer")
    look(page, "relance-lettre")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Imprimer la lettre de relance").click()
    opened.value.close()
    page.reload()
    expect(page.locator("#envoi")).to_contain_text("imprimée le")
    page.get_by_text("Annuler cette lettre").click()
    page.get_by_label("Motif de l'annulation").fill("Adresse fausse")
    page.get_by_role("button", name="Annuler la lettre").click()
    expect(page.locator("#envoi")).to_contain_text("Adresse fausse")
    assert Reminder.objects.get().severity_rank == 4


def test_an_email_is_written_and_what_is_typed_is_never_lost(
    signed_in_page: Callable[..., Page], look: Look
) -> None:
    account = an_account()
    page = signed_in_page(Role.COLLECTOR)
    page.goto(f"/comptes/{account.id}/relance/")
    page.get_by_label("Type*").select_option(label="Première relance (E-mail, 3 - Moyenne)")
    page.get_by_role("button", name="Suivant >").click()
    message = page.get_by_label("Message de relance")
    message.press_sequentially("Bonjour Paul, ")
    expect(page.locator(".preview-email .message-text")).to_contain_text("Bonjour Paul, ")
    page.get_by_role("checkbox", name="FAC-201602-07").uncheck()
    expect(page.locator("#totaux")).to_have_text(re.compile(r"7.600,00.EUR"))
    expect(message).to_have_value(re.compile("Bonjour Paul, "))
    look(page, "relance-etape-2-email")
    page.get_by_role("button", name="Retour").click()
    page.get_by_role("button", name="Suivant >").click()
    expect(page.get_by_label("Message de relance")).to_have_value(re.compile("Bonjour Paul, "))
    page.get_by_role("button", name="Enregistrer la relance").click()
    expect(page.locator("#envoi")).to_contain_text("en attente")
    expect(page.locator("#envoi")).to_contain_text("gestion@example.org")
    look(page, "relance-email")
    Reminder.objects.update(delivery_state=DeliveryState.SENT)
    expect(page.locator("#envoi")).to_contain_text("envoyée")


def test_the_templates_are_listed_edited_and_shown(signed_in_page: Callable[..., Page], look: Look) -> None:
    an_account()
    page = signed_in_page(Role.ADMINISTRATOR)
    page.goto("/administration/modeles/")
    look(page, "modeles")
    page.get_by_role("link", name="LMED", exact=True).first.click()
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".preview-page")).to_have_count(1)
    look(page, "modele")
    page.goto("/administration/severites/")
    look(page, "severites")


def test_a_session_that_ends_while_she_types_loses_nothing(
    signed_in_page: Callable[..., Page], complaints: Complaints
) -> None:
    account = an_account()
    page = signed_in_page(Role.COLLECTOR)
    page.goto(f"/comptes/{account.id}/relance/")
    page.get_by_role("button", name="Suivant >").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("ÉTAPE 2")
    Session.objects.all().delete()
    complaints.expect("401")
    page.get_by_label("Objet de la relance").fill("Mon objet à moi")
    ended = page.get_by_role("dialog", name="Votre session est terminée")
    expect(ended).to_contain_text("Rien de ce que vous avez saisi n'est perdu")
    ended.get_by_role("button", name="Revenir à la page").click()
    page.get_by_label("Message de relance").fill("Mon message\n\n{factures}")
    page.keyboard.press("Tab")
    ended.get_by_role("button", name="Revenir à la page").click()
    page.get_by_role("button", name="Enregistrer la relance").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce que vous avez saisi est conservé")
    page.get_by_label("Identifiant").fill("gestion")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Reprendre mon action").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Détail de la relance archivée")
    reminder = Reminder.objects.get()
    assert (reminder.subject, reminder.message.splitlines()[0]) == ("Mon objet à moi", "Mon message")
