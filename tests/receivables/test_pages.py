"""The pages of accounts, invoices and payments: what they show, what they do, what they refuse."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from encours.access.actions import create_user
from encours.access.models import Role
from encours.core.days import paris_date
from encours.receivables.models import Allocation, Hold, Invoice, InvoiceKind, Payment
from tests import build

pytestmark = pytest.mark.django_db

TODAY = paris_date(timezone.now())


@pytest.fixture
def collector(client: Client) -> Client:
    client.force_login(
        create_user(
            username="gestion",
            full_name="Gisèle Gestion",
            role=Role.COLLECTOR,
            sees_all_entities=True,
            actor=build.ACTOR,
            now=build.NOW,
        )
    )
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def post(client: Client, address: str, **fields: Any) -> tuple[int, str]:
    answer = client.post(address, fields)
    return answer.status_code, html.unescape(answer.content.decode()) or answer.headers.get("Location", "")


def payment_fields(**changed: str) -> dict[str, str]:
    return {
        "reference": "VIR-77",
        "date": "01/03/2016",
        "amount": "15 000,00",
        "currency": "EUR",
        "method": "virement",
        "etape": "enregistrer",
        **changed,
    }


def test_an_invoice_page_shows_its_amounts_its_allocations_and_its_customer(collector: Client) -> None:
    invoice = build.example()
    page = text_of(collector, f"/factures/{invoice.id}/")
    for expected in (
        "Facture FAC-201601-01",
        "9\u202f500,00\u00a0€",
        "11\u202f400,00\u00a0€",
        "6\u202f400,00\u00a0€",
        "partiellement réglée",
        "échue depuis",
        "Dupont SA",
        "Claire Martin",
        "Cette facture n'a jamais été relancée",
    ):
        assert expected in page


def test_an_invoice_pdf_opens_in_place_and_may_stand_in_our_own_page(collector: Client) -> None:
    invoice = build.example()
    answer = collector.get(f"/factures/{invoice.id}.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'inline; filename="Duplicata-FAC-201601-01.pdf"'
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_account_says_at_a_glance_what_is_owed_how_late_and_of_what_age(collector: Client) -> None:
    invoice = build.example()
    page = text_of(collector, f"/comptes/{invoice.account_id}/")
    glance = page.split('aria-label="Situation en EUR"')[1].split("</section>")[0]
    assert glance.count("<dd>6\u202f400,00\u00a0€</dd>") == 2  # owed, and all of it overdue
    assert f"{(TODAY - dt.date(2016, 1, 31)).days:,} jours".replace(",", "\u202f") in glance
    assert 'role="img" aria-label="> 90 jours 6\u202f400,00\u00a0€"' in glance
    assert "> 90 jours <b>6\u202f400,00\u00a0€</b>" in glance


def test_the_account_leads_to_its_statements_from_its_top(collector: Client) -> None:
    account = build.example().account
    top = text_of(collector, f"/comptes/{account.id}/").split("<table")[0]
    for kind, words in (("compte", "État du compte client"), ("encours", "Encours client")):
        assert f'<a href="/comptes/{account.id}/{kind}/">{words}</a>' in top
        assert words in text_of(collector, f"/comptes/{account.id}/{kind}/")


def test_a_payment_is_proposed_on_the_oldest_first_and_nothing_is_recorded_yet(collector: Client) -> None:
    account = build.account()
    newer = build.invoice(account, issued=dt.date(2016, 2, 1))
    older = build.invoice(account)
    address = f"/comptes/{account.id}/reglements/nouveau/"
    status, page = post(collector, address, **payment_fields(etape="proposer"))
    assert status == 200
    assert f'name="montant_{older.id}" value="11\u202f400,00"' in page
    assert f'name="montant_{newer.id}" value="3\u202f600,00"' in page
    assert not Payment.objects.exists()


def test_a_payment_is_recorded_and_allocated_as_typed(collector: Client) -> None:
    account = build.account()
    invoice = build.invoice(account)
    fields = payment_fields(**{f"montant_{invoice.id}": "11\u202f400,00"})
    status, location = post(collector, f"/comptes/{account.id}/reglements/nouveau/", **fields)
    payment = Payment.objects.get()
    assert (status, location) == (302, f"/reglements/{payment.id}/")
    assert (payment.reference, payment.amount_minor, payment.remaining_minor) == (
        "VIR-77",
        1_500_000,
        360_000,
    )
    page = text_of(collector, location)
    assert "en partie utilisé" in page
    assert invoice.number in page


@pytest.mark.parametrize(
    ("changed", "part", "sentence"),
    [
        ({"amount": "1.000.00"}, "", "Un montant s'écrit"),
        ({"amount": "0"}, "", "supérieur à zéro"),
        ({"date": "31/02/2016"}, "", "n'existe pas dans le calendrier"),
        ({"date": "31/12/2199"}, "", "dans le futur"),
        ({"date": "31/12/2999"}, "", "L'année d'une date va de 1900 à 2199"),
        ({"currency": "ZZZ"}, "", "ZZZ"),
        ({"reference": "PRIS"}, "", "porte déjà la référence PRIS"),
        ({}, "11 400,01", "au plus 11\u202f400,00\u00a0EUR"),
        ({}, "-1", "supérieur à zéro"),
        ({}, "beaucoup", "Un montant s'écrit"),
    ],
)
def test_a_wrong_payment_is_sent_back_with_its_reason_and_nothing_is_kept(
    collector: Client, changed: dict[str, str], part: str, sentence: str
) -> None:
    account = build.account()
    invoice = build.invoice(account)
    build.payment(account, "PRIS")
    fields = payment_fields(**changed, **{f"montant_{invoice.id}": part})
    status, page = post(collector, f"/comptes/{account.id}/reglements/nouveau/", **fields)
    assert status == 422
    assert sentence in page
    assert f'value="{fields["reference"]}"' in page
    assert (Payment.objects.count(), Allocation.objects.count()) == (1, 0)


def test_an_invoice_settled_meanwhile_is_told_and_nothing_is_kept(collector: Client) -> None:
    account = build.account()
    invoice = build.invoice(account, net=1_000, vat=0)
    build.allocation(build.payment(account, amount=1_000), invoice)
    fields = payment_fields(**{f"montant_{invoice.id}": "10,00"})
    status, page = post(collector, f"/comptes/{account.id}/reglements/nouveau/", **fields)
    assert status == 422
    assert "n'est plus en attente de paiement" in page
    assert Payment.objects.count() == 1


def test_the_rest_of_a_credit_note_is_proposed_and_allocated(collector: Client) -> None:
    account = build.account()
    invoice, note = build.invoice(account), build.credit_note(account)
    address = f"/factures/{note.id}/lettrer/"
    assert f'name="montant_{invoice.id}" value="120,00"' in text_of(collector, address)
    status, page = post(collector, address)
    assert (status, "Aucun montant n'est saisi" in page) == (422, True)
    assert post(collector, address, **{f"montant_{invoice.id}": "120,00"}) == (302, f"/factures/{note.id}/")
    note.refresh_from_db()
    assert note.remaining_minor == 0


@pytest.mark.parametrize("origin", ["facture", "reglement"])
def test_an_allocation_is_undone_once_and_the_page_it_came_from_says_so(
    collector: Client, origin: str
) -> None:
    invoice = build.example()
    allocation = Allocation.objects.get()
    back = f"/factures/{invoice.id}/" if origin == "facture" else f"/reglements/{allocation.payment_id}/"
    address = f"/lettrages/{allocation.id}/annuler/"
    assert post(collector, address, depuis=origin) == (302, back)
    page = text_of(collector, back)
    assert "annulation d'un lettrage" in page
    assert f"annulé le {TODAY:%d/%m/%Y}" in page
    assert post(collector, address, depuis=origin) == (302, back)
    assert "déjà annulé" in text_of(collector, back)
    assert Allocation.objects.count() == 2


def test_a_mistyped_invoice_is_corrected_by_its_page(collector: Client) -> None:
    invoice = build.invoice(build.account(), "FAC-1")
    address = f"/factures/{invoice.id}/corriger/"
    assert 'value="9\u202f500,00"' in text_of(collector, address)
    fields = {
        "number": "FAC-2",
        "issue_date": "2016-01-02",
        "due_date": "2016-02-02",
        "net": "1 000,00",
        "vat": "200,00",
        "currency": "EUR",
    }
    status, page = post(collector, address, **fields, gross="1 200,01")
    assert (status, "n'est pas la somme du HT et de la TVA" in page) == (422, True)
    assert post(collector, address, **fields) == (302, f"/factures/{invoice.id}/")
    invoice.refresh_from_db()
    assert (invoice.number, invoice.gross_minor) == ("FAC-2", 120_000)


def test_an_invoice_is_cancelled_by_a_credit_note_with_a_reason(collector: Client) -> None:
    invoice = build.example()
    address = f"/factures/{invoice.id}/annuler/"
    assert 'value="AV-FAC-201601-01"' in text_of(collector, address)
    assert post(collector, address, credit_note_number="AV-1", reason="")[0] == 422
    assert not Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).exists()
    assert post(collector, address, credit_note_number="AV-1", reason="Doublon")[0] == 302
    page = text_of(collector, f"/factures/{invoice.id}/")
    assert "Annulée par l'avoir" in page
    assert "Doublon" in page


def test_a_payment_is_cancelled_with_a_reason_and_its_page_says_by_whom(collector: Client) -> None:
    payment = build.payment(build.account())
    assert post(collector, f"/reglements/{payment.id}/annuler/", reason="Chèque impayé")[0] == 302
    page = text_of(collector, f"/reglements/{payment.id}/")
    assert f"Annulé le {TODAY:%d/%m/%Y} par Gisèle Gestion\u00a0: Chèque impayé" in page
    status, page = post(collector, f"/reglements/{payment.id}/annuler/", reason="Encore")
    assert (status, "est déjà annulé" in page) == (422, True)


def test_a_dispute_is_opened_and_lifted_from_the_pages(collector: Client) -> None:
    invoice = build.invoice(build.account())
    fields = {"kind": "dispute", "reason": "Marchandise contestée"}
    address = f"/factures/{invoice.id}/suspendre/"
    assert post(collector, address, **{**fields, "reason": ""})[0] == 422
    assert post(collector, address, **fields) == (302, f"/factures/{invoice.id}/")
    assert "En litige" in text_of(collector, f"/factures/{invoice.id}/")
    assert "en litige" in text_of(collector, f"/comptes/{invoice.account_id}/")
    hold = Hold.objects.get()
    assert post(collector, f"/suspensions/{hold.id}/lever/") == (302, f"/factures/{invoice.id}/")
    assert "levée par Gisèle Gestion" in text_of(collector, f"/factures/{invoice.id}/")


def test_an_account_is_held_until_a_date_to_come(collector: Client) -> None:
    account = build.account()
    address, until = f"/comptes/{account.id}/suspendre/", TODAY + dt.timedelta(days=10)
    fields = {"kind": "postponed", "reason": "Promesse de paiement"}
    status, page = post(collector, address, **fields)
    assert (status, "Choisissez jusqu'à quelle date" in page) == (422, True)
    assert post(collector, address, **fields, until=until.isoformat()) == (302, f"/comptes/{account.id}/")
    assert f"Ne pas relancer jusqu'au {until:%d/%m/%Y}" in text_of(collector, f"/comptes/{account.id}/")


@pytest.mark.parametrize(
    ("path", "kind"), [("factures/nouvelle", "invoice"), ("avoirs/nouveau", "credit_note")]
)
def test_an_invoice_or_a_credit_note_is_typed_by_hand(collector: Client, path: str, kind: str) -> None:
    account = build.account()
    fields = {
        "number": "PIECE-1",
        "issue_date": "2016-01-02",
        "due_date": "2016-01-02",
        "net": "100",
        "vat": "20",
        "currency": "eur",
    }
    status, location = post(collector, f"/comptes/{account.id}/{path}/", **fields)
    made = Invoice.objects.get()
    assert (status, location) == (302, f"/factures/{made.id}/")
    assert (made.kind, made.gross_minor, made.currency) == (kind, 12_000, "EUR")
    assert "PIECE-1" in text_of(collector, f"/comptes/{account.id}/")


def test_the_account_page_costs_the_same_for_one_document_and_for_many(
    collector: Client, django_assert_max_num_queries: Any
) -> None:
    account = build.account()
    for _ in range(8):
        invoice = build.invoice(account)
        build.allocation(build.payment(account, amount=100), invoice, 50)
    text_of(collector, "/mon-compte/")  # the first page of a session notes where it was opened
    with django_assert_max_num_queries(14):
        assert text_of(collector, f"/comptes/{account.id}/").count("Facture <a") == 8
