"""What can be set against an invoice, when, and what undoing does to the past."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from encours.access.scopes import EVERYTHING
from encours.audit.models import AuditLine
from encours.core.money import Money
from encours.receivables import actions, queries
from encours.receivables.details import PaymentDetails
from encours.receivables.errors import AlreadyDone, AmountRefused, DateRefused, SidesDiffer
from encours.receivables.models import Allocation, Invoice
from tests import build

pytestmark = pytest.mark.django_db


def left_on(invoice: Invoice, day: dt.date) -> int:
    found = {
        row.id: row.remaining.minor for row in queries.open_invoices(EVERYTHING, invoice.account_id, day)
    }
    return found.get(invoice.id, 0)


def test_a_partly_paid_invoice_asks_for_the_rest_from_the_day_of_the_payment() -> None:
    invoice = build.example()
    assert invoice.remaining_minor == 640_000
    assert left_on(invoice, dt.date(2016, 2, 29)) == 1_140_000
    assert left_on(invoice, dt.date(2016, 3, 1)) == 640_000
    assert left_on(invoice, dt.date(2015, 12, 31)) == 0


def test_an_allocation_is_dated_the_latest_of_both_documents_and_of_their_counter_entries() -> None:
    account = build.account()
    invoice, payment = build.invoice(account), build.payment(account)
    first = build.allocation(payment, invoice)
    assert first.date == dt.date(2016, 3, 1)
    actions.undo_allocation(allocation=first, actor=build.ACTOR, now=build.noon(dt.date(2016, 4, 2)))
    assert build.allocation(payment, invoice).date == dt.date(2016, 4, 2)


def test_undoing_leaves_past_balances_as_they_were_and_says_who_did_it() -> None:
    account = build.account()
    invoice, payment = build.invoice(account), build.payment(account)
    allocation = build.allocation(payment, invoice)
    counter = actions.undo_allocation(
        allocation=allocation, actor=build.ACTOR, now=build.noon(dt.date(2016, 5, 2))
    )
    payment.refresh_from_db()
    assert (counter.amount_minor, counter.undoes_id, counter.author_name) == (
        -500_000,
        allocation.id,
        "Claire Martin",
    )
    assert payment.remaining_minor == 500_000
    assert left_on(invoice, dt.date(2016, 5, 1)) == 640_000
    assert left_on(invoice, dt.date(2016, 5, 2)) == 1_140_000
    assert AuditLine.objects.filter(action="allocation.undo").count() == 1
    with pytest.raises(AlreadyDone):
        actions.undo_allocation(allocation=allocation, actor=build.ACTOR, now=build.NOW)
    with pytest.raises(AlreadyDone):
        actions.undo_allocation(allocation=counter, actor=build.ACTOR, now=build.NOW)
    assert Allocation.objects.count() == 2


def test_more_than_what_is_left_on_either_side_is_refused_and_nothing_changes() -> None:
    account = build.account()
    invoice, payment = build.invoice(account), build.payment(account)
    small = build.invoice(account, net=100, vat=20)
    with pytest.raises(AmountRefused, match="au plus 5\u202f000,00\u00a0EUR"):
        build.allocation(payment, invoice, 500_001)
    with pytest.raises(AmountRefused, match="au plus 1,20\u00a0EUR"):
        build.allocation(payment, small, 121)
    with pytest.raises(AmountRefused, match="supérieur à zéro"):
        build.allocation(payment, invoice, 0)
    assert not Allocation.objects.exists()
    assert build.allocation(payment, invoice, 500_000).amount_minor == 500_000


def test_what_was_undone_and_used_again_since_is_not_free_in_between() -> None:
    account = build.account()
    first, second = build.invoice(account), build.invoice(account)
    payment = build.payment(account, received=dt.date(2016, 3, 1))
    day = dt.date(2016, 4, 10)
    undone = build.allocation(payment, first, now=build.noon(day))
    actions.undo_allocation(allocation=undone, actor=build.ACTOR, now=build.noon(day))
    build.allocation(payment, second, 400_000, now=build.noon(day))
    with pytest.raises(AmountRefused):
        build.allocation(payment, second, 1, date=dt.date(2016, 4, 9))
    with pytest.raises(AmountRefused, match="au plus 1\u202f000,00"):
        build.allocation(payment, second, 100_001, date=day)
    assert build.allocation(payment, second, 100_000, date=day).amount_minor == 100_000


def test_a_date_in_the_future_or_before_the_documents_is_refused() -> None:
    account = build.account()
    invoice, payment = build.invoice(account), build.payment(account)
    with pytest.raises(DateRefused, match="dans le futur"):
        build.allocation(payment, invoice, 1, date=dt.date(2016, 5, 17))
    with pytest.raises(DateRefused, match="au plus tôt le 01/03/2016"):
        build.allocation(payment, invoice, 1, date=dt.date(2016, 2, 29))
    late = build.invoice(account, issued=dt.date(2016, 5, 17))
    with pytest.raises(DateRefused, match="dans le futur"):
        build.allocation(payment, late, 1)
    assert not Allocation.objects.exists()


def test_both_sides_are_of_one_account_one_currency_and_the_right_kinds() -> None:
    account = build.account()
    invoice, payment = build.invoice(account), build.payment(account)
    with pytest.raises(SidesDiffer, match="compte client"):
        build.allocation(payment, build.invoice(build.account()))
    with pytest.raises(SidesDiffer, match="une seule devise"):
        build.allocation(payment, build.invoice(account, currency="USD"))
    with pytest.raises(SidesDiffer, match="est un avoir"):
        build.allocation(payment, build.credit_note(account))
    with pytest.raises(SidesDiffer, match="est une facture"):
        build.allocation(build.invoice(account), invoice)
    assert not Allocation.objects.exists()


def test_a_credit_note_is_used_up_like_a_payment_and_its_rest_stays_beside_the_invoices() -> None:
    account = build.account()
    invoice, note = build.invoice(account, net=5_000, vat=1_000), build.credit_note(account)
    build.allocation(note, invoice, 6_000)
    (credit,) = queries.unused_credits(EVERYTHING, account.id, build.TODAY)
    assert (credit.kind, credit.number, credit.remaining) == (
        "credit_note",
        note.number,
        Money(6_000, "EUR"),
    )
    assert queries.open_invoices(EVERYTHING, account.id, build.TODAY) == []


def test_a_payment_is_used_up_on_the_oldest_invoices_first() -> None:
    account = build.account()
    newer = build.invoice(account, issued=dt.date(2016, 2, 1), net=1_000, vat=0)
    older = build.invoice(account, issued=dt.date(2016, 1, 5), net=1_000, vat=0)
    dollars = build.invoice(account, issued=dt.date(2016, 1, 4), net=1_000, vat=0, currency="USD")
    payment = build.payment(account, amount=1_500)
    made = actions.allocate_oldest_first(source=payment, actor=build.ACTOR, now=build.NOW)
    assert [(row.invoice_id, row.amount_minor) for row in made] == [(older.id, 1_000), (newer.id, 500)]
    dollars.refresh_from_db()
    assert dollars.remaining_minor == 1_000


def test_a_payment_takes_as_many_statements_for_one_invoice_as_for_thirty_of_a_long_account() -> None:
    account = build.account()
    invoices = [build.invoice(account, net=1_000, vat=0) for _ in range(31)]
    counts = []
    for chosen in (invoices[:1], invoices[1:]):
        details = PaymentDetails(
            reference=f"VIR-{len(chosen)}", date=build.TODAY, amount_minor=50_000, currency="EUR"
        )
        with CaptureQueriesContext(connection) as queries:
            payment = actions.receive_payment(
                account=account,
                details=details,
                parts={invoice.id: 600 for invoice in chosen},
                actor=build.ACTOR,
                now=build.NOW,
            )
        counts.append(len(queries))
        assert payment.remaining_minor == 50_000 - 600 * len(chosen)
        assert {left_on(invoice, build.TODAY) for invoice in chosen} == {400}
    assert counts[0] == counts[1] <= 22
