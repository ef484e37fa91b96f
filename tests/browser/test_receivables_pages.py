"""The pages of an account, an invoice and a payment in a real browser: a payment is entered, then undone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from encours.access.models import Role
from encours.receivables.models import HoldKind, Payment
from tests import build

Look = Callable[[Page, str], None]


def test_a_payment_is_proposed_recorded_and_undone(signed_in_page: Callable[..., Page], look: Look) -> None:
    invoice = build.example()
    build.credit_note(invoice.account)
    build.hold(invoice.account, invoice, kind=HoldKind.DISPUTE)
    page = signed_in_page(Role.COLLECTOR)
    page.goto(f"/comptes/{invoice.account_id}/")
    look(page, "account")
    page.get_by_role("link", name="Saisir un règlement").click()
    page.get_by_label("Référence").fill("CHQ-1")
    page.get_by_label("Montant", exact=True).fill("7 000,00")
    page.get_by_role("button", name="Proposer les lettrages").click()
    expect(page.get_by_label("Montant à lettrer avec FAC-201601-01")).to_have_value(re.compile("6.400,00"))
    look(page, "new-payment")
    page.get_by_role("button", name="Enregistrer le règlement").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Règlement CHQ-1")
    look(page, "payment")
    page.get_by_role("button", name="Annuler le lettrage FAC-201601-01").click()
    expect(page.get_by_text("annulation d'un lettrage")).to_be_visible()
    assert Payment.objects.get(reference="CHQ-1").remaining_minor == 700_000


def test_an_invoice_shows_its_pdf_beside_its_figures(signed_in_page: Callable[..., Page], look: Look) -> None:
    invoice = build.example()
    page = signed_in_page(Role.COLLECTOR)
    with page.expect_response(re.compile(rf"/factures/{invoice.id}\.pdf$")) as answer:
        page.goto(f"/factures/{invoice.id}/")
        page.locator("iframe").scroll_into_view_if_needed()
    assert answer.value.status == 200
    expect(page.get_by_text("partiellement réglée")).to_be_visible()
    look(page, "invoice")
    page.get_by_role("link", name="Annuler la facture").click()
    look(page, "cancel-invoice")
