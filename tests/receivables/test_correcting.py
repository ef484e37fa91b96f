"""Correcting what nothing issued speaks of, cancelling the rest, and holding back reminders."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from encours.access.scopes import EVERYTHING
from encours.dunning.models import Reminder, ReminderLine
from encours.parties.models import Account
from encours.receivables import actions, queries
from encours.receivables.details import InvoiceDetails, PaymentDetails
from encours.receivables.errors import (
    AlreadyDone,
    AlreadyRecorded,
    AmountRefused,
    DateRefused,
    ReasonMissing,
    SidesDiffer,
    StillReferredTo,
)
from encours.receivables.models import Allocation, HoldKind, Invoice, Payment
from tests import build

pytestmark = pytest.mark.django_db

RIGHT = InvoiceDetails(
    number="FAC-9",
    issue_date=dt.date(2016, 1, 2),
    due_date=dt.date(2016, 2, 2),
    net_minor=1_000,
    vat_minor=200,
    gross_minor=1_200,
    currency="EUR",
)
RECEIVED = PaymentDetails(
    reference="VIR-9", date=dt.date(2016, 3, 2), amount_minor=700, currency="EUR", method="chèque"
)


def reminder(account: Account, *invoices: Invoice, created: dt.datetime = build.NOW) -> Reminder:
    number = Reminder.objects.count() + 1
    made = Reminder.objects.create(
        entity_id=account.entity_id,
        account=account,
        number=number,
        reference=f"TOPCONSEIL-{number}",
        mode="letter",
        template_code="L1",
        template_version=1,
        template_name="Premier rappel",
        severity_rank=3,
        severity_name="Moyenne",
        language="fr",
        subject="Relance",
        message="Bonjour",
        author_name="Claire Martin",
        created_at=created,
        date=created.date(),
        frozen="{}",
        idempotency_key=f"k{number}",
    )
    for invoice in invoices:
        ReminderLine.objects.create(
            reminder=made,
            invoice=invoice,
            number=invoice.number,
            issue_date=invoice.issue_date,
            due_date=invoice.due_date,
            net_minor=invoice.net_minor,
            gross_minor=invoice.gross_minor,
            remaining_minor=invoice.remaining_minor,
            currency=invoice.currency,
            days_late=1,
        )
    return made


def correct(invoice: Invoice, details: InvoiceDetails = RIGHT) -> Invoice:
    return actions.correct_invoice(invoice=invoice, details=details, actor=build.ACTOR, now=build.NOW)


def correct_payment(payment: Payment, details: PaymentDetails = RECEIVED) -> Payment:
    return actions.correct_payment(payment=payment, details=details, actor=build.ACTOR, now=build.NOW)


def cancel(invoice: Invoice, number: str = "AV-1", reason: str = "Facturée deux fois") -> Invoice:
    return actions.cancel_invoice(
        invoice=invoice, credit_note_number=number, reason=reason, actor=build.ACTOR, now=build.NOW
    )


def stored(row: Invoice) -> Any:
    return Invoice.objects.filter(id=row.id).values().get()


def test_a_mistyped_invoice_that_nothing_speaks_of_is_corrected() -> None:
    corrected = correct(build.invoice(build.account()))
    assert (corrected.number, corrected.remaining_minor, corrected.issue_month) == ("FAC-9", 1_200, 24_192)


def test_an_invoice_that_was_reminded_or_shown_in_a_statement_is_not_corrected() -> None:
    account = build.account()
    asked, shown = build.invoice(account), build.invoice(account)
    reminder(account, asked)
    for invoice in (asked, shown):
        before = stored(invoice)
        with pytest.raises(StillReferredTo, match="TOPCONSEIL-1"):
            correct(invoice)
        assert stored(invoice) == before
    later = build.invoice(account, now=build.NOW + dt.timedelta(seconds=1))
    assert correct(later).number == "FAC-9"


def test_an_invoice_loaded_in_bulk_is_known_since_its_issue_date() -> None:
    account = build.account()
    invoice = build.invoice(account, issued=dt.date(2016, 5, 10))
    Invoice.objects.update(recorded_at=None)
    reminder(account, created=build.noon(dt.date(2016, 5, 9)))
    assert correct(invoice, replace(RIGHT, issue_date=dt.date(2016, 1, 2))).number == "FAC-9"
    with pytest.raises(StillReferredTo):
        correct(invoice)


def test_a_correction_keeps_to_what_is_allocated() -> None:
    account = build.account()
    invoice = build.invoice(account)
    build.allocation(build.payment(account), invoice, 1_200)
    for wrong in (
        replace(RIGHT, net_minor=999, gross_minor=1_199),
        replace(RIGHT, currency="USD"),
        replace(RIGHT, issue_date=dt.date(2016, 3, 2), due_date=dt.date(2016, 4, 2)),
    ):
        with pytest.raises(StillReferredTo, match="lettrages"):
            correct(invoice, wrong)
    assert correct(invoice).remaining_minor == 0


def test_a_number_is_unique_in_its_entity_when_recorded_and_when_corrected() -> None:
    account = build.account()
    build.invoice(account, "FAC-9")
    with pytest.raises(AlreadyRecorded):
        build.invoice(account, "FAC-9")
    with pytest.raises(AlreadyRecorded):
        correct(build.invoice(account))
    assert build.invoice(build.account(entity_code="AUTRE"), "FAC-9").number == "FAC-9"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (replace(RIGHT, gross_minor=1_201), AmountRefused),
        (replace(RIGHT, net_minor=0, vat_minor=0, gross_minor=0), AmountRefused),
        (replace(RIGHT, net_minor=10**16, gross_minor=10**16 + 200), AmountRefused),
        (replace(RIGHT, due_date=dt.date(2016, 1, 1)), DateRefused),
        (replace(RIGHT, currency="EURO"), SidesDiffer),
    ],
)
def test_details_that_no_invoice_can_have_are_refused(wrong: InvoiceDetails, error: type[Exception]) -> None:
    account = build.account()
    with pytest.raises(error):
        actions.record_invoice(account=account, details=wrong, actor=build.ACTOR, now=build.NOW)
    assert not Invoice.objects.exists()


def test_an_invoice_is_cancelled_by_a_credit_note_and_its_payment_can_be_used_again() -> None:
    invoice = build.example()
    note = cancel(invoice)
    invoice.refresh_from_db()
    assert (note.cancels_id, note.gross_minor, note.remaining_minor) == (invoice.id, 1_140_000, 0)
    assert (note.cancellation_reason, invoice.remaining_minor) == ("Facturée deux fois", 0)
    (credit,) = queries.unused_credits(EVERYTHING, invoice.account_id, build.TODAY)
    assert (credit.kind, credit.remaining.minor) == ("payment", 500_000)
    yesterday = build.TODAY - dt.timedelta(days=1)
    (then,) = queries.open_invoices(EVERYTHING, invoice.account_id, yesterday)
    assert then.remaining.minor == 640_000


def test_an_invoice_is_cancelled_once_with_a_reason_and_a_free_number() -> None:
    account = build.account()
    invoice, taken = build.invoice(account), build.invoice(account)
    with pytest.raises(ReasonMissing):
        cancel(invoice, reason=" ")
    with pytest.raises(AlreadyRecorded):
        cancel(invoice, number=taken.number)
    with pytest.raises(SidesDiffer):
        cancel(build.credit_note(account))
    with pytest.raises(DateRefused, match="futur"):
        cancel(build.invoice(account, issued=dt.date(2016, 6, 1)))
    assert not Allocation.objects.exists()
    note = cancel(invoice)
    with pytest.raises(AlreadyDone):
        cancel(invoice, number="AV-2")
    for document in (invoice, note):
        with pytest.raises(AlreadyDone):
            correct(document)


def test_a_mistyped_payment_is_corrected_until_something_speaks_of_it() -> None:
    account = build.account()
    payment = build.payment(account)
    corrected = correct_payment(payment)
    assert (corrected.reference, corrected.amount_minor, corrected.remaining_minor) == ("VIR-9", 700, 700)
    build.allocation(payment, build.invoice(account), 100)
    with pytest.raises(StillReferredTo, match="annulez-le"):
        correct_payment(payment, replace(RECEIVED, amount_minor=800))
    assert correct_payment(payment, replace(RECEIVED, method="virement")).remaining_minor == 600
    reminder(account)
    with pytest.raises(StillReferredTo, match="TOPCONSEIL-1"):
        correct_payment(payment)


def test_cancelling_a_payment_reopens_its_invoice_and_leaves_the_past() -> None:
    invoice = build.example()
    Invoice.objects.update(reminder_count=2)
    payment = Payment.objects.get()
    cancelled = actions.cancel_payment(
        payment=payment, reason="Chèque impayé", actor=build.ACTOR, now=build.NOW
    )
    assert (cancelled.cancelled_on, cancelled.remaining_minor, cancelled.cancelled_by_name) == (
        build.TODAY,
        0,
        "Claire Martin",
    )
    (now,) = queries.open_invoices(EVERYTHING, invoice.account_id, build.TODAY)
    assert (now.remaining.minor, now.due_date, now.reminder_count) == (1_140_000, invoice.due_date, 2)
    assert queries.unused_credits(EVERYTHING, invoice.account_id, build.TODAY) == []
    yesterday = build.TODAY - dt.timedelta(days=1)
    assert queries.open_invoices(EVERYTHING, invoice.account_id, yesterday)[0].remaining.minor == 640_000
    with pytest.raises(AlreadyDone):
        actions.cancel_payment(payment=payment, reason="Encore", actor=build.ACTOR, now=build.NOW)
    with pytest.raises(AmountRefused):
        build.allocation(payment, invoice, 1)


def test_a_payment_from_the_future_or_entered_twice_is_refused() -> None:
    account = build.account()
    build.payment(account, "VIR-1")
    with pytest.raises(AlreadyRecorded):
        build.payment(account, "VIR-1")
    with pytest.raises(DateRefused):
        build.payment(account, received=dt.date(2016, 5, 17))
    assert Payment.objects.count() == 1


def test_a_dispute_of_the_account_holds_all_its_invoices_until_it_is_lifted() -> None:
    account = build.account()
    build.invoice(account)
    hold = build.hold(account)
    (held,) = queries.open_invoices(EVERYTHING, account.id, build.TODAY)
    assert held.hold is not None
    assert (held.hold.kind, held.hold.reason, held.hold.concerns_account) == (
        HoldKind.DISPUTE,
        "Marchandise contestée",
        True,
    )
    with pytest.raises(AlreadyDone):
        build.hold(account)
    actions.lift_hold(hold=hold, actor=build.ACTOR, now=build.NOW)
    assert queries.open_invoices(EVERYTHING, account.id, build.TODAY)[0].hold is None
    with pytest.raises(AlreadyDone):
        actions.lift_hold(hold=hold, actor=build.ACTOR, now=build.NOW)


def test_a_postponed_invoice_rests_until_its_date_and_a_new_date_replaces_it() -> None:
    account = build.account()
    invoice = build.invoice(account)
    build.hold(account, invoice, kind=HoldKind.POSTPONED, until=dt.date(2016, 6, 30))
    build.hold(account, invoice, kind=HoldKind.POSTPONED, until=dt.date(2016, 6, 1))
    (resting,) = queries.open_invoices(EVERYTHING, account.id, dt.date(2016, 6, 1))
    (awake,) = queries.open_invoices(EVERYTHING, account.id, dt.date(2016, 6, 2))
    assert resting.hold is not None
    assert awake.hold is None


def test_a_hold_needs_its_own_account_a_date_to_come_and_a_reason() -> None:
    account = build.account()
    with pytest.raises(SidesDiffer):
        build.hold(account, build.invoice(build.account()))
    with pytest.raises(DateRefused):
        build.hold(account, kind=HoldKind.POSTPONED, until=build.TODAY - dt.timedelta(days=1))
    with pytest.raises(DateRefused):
        build.hold(account, kind=HoldKind.POSTPONED)
    with pytest.raises(DateRefused):
        build.hold(account, until=dt.date(2016, 6, 30))
    assert not account.holds.exists()
