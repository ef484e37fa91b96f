"""Record payments and use them up; correct one while nothing speaks of it, cancel it otherwise."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record_all
from encours.core.actors import Actor
from encours.core.allocation import propose_oldest_first
from encours.core.days import paris_date
from encours.parties.models import Account
from encours.receivables.actions.allocations import add_counter_entry
from encours.receivables.details import PaymentDetails, check_payment, check_reason
from encours.receivables.errors import AlreadyDone, StillReferredTo
from encours.receivables.figures import lock_accounts, refresh_accounts
from encours.receivables.models import Allocation, Invoice, InvoiceKind, Payment
from encours.receivables.months import Dated, add_to_months, take_from_months
from encours.receivables.open_items import open_item_of, open_items_of_invoices
from encours.receivables.receiving import insert_payment, payment_line, recorded_line, refuse_taken_reference
from encours.receivables.references import refuse_if_referred_to
from encours.receivables.using_up import Part, allocate_all


@transaction.atomic
def record_payment(*, account: Account, details: PaymentDetails, actor: Actor, now: dt.datetime) -> Payment:
    """Record a payment, unallocated; raise Refusal for a reference that its account has, or a future date."""
    lock_accounts([account.id])
    payment = insert_payment(account, details, now)
    add_to_months(Dated(payments=[payment.id]))
    refresh_accounts([account.id], today=paris_date(now))
    record_all([recorded_line(payment, actor, now)])
    return payment


@transaction.atomic
def allocate_oldest_first(*, source: Payment | Invoice, actor: Actor, now: dt.datetime) -> list[Allocation]:
    """Use up a payment or a credit note on the open invoices of its account, the oldest first."""
    lock_accounts([source.account_id])
    source = type(source).objects.get(id=source.id)
    invoices = list(
        Invoice.objects.filter(
            account_id=source.account_id,
            currency=source.currency,
            kind=InvoiceKind.INVOICE,
            remaining_minor__gt=0,
        ).select_related("entity")
    )
    proposals = propose_oldest_first(
        open_item_of(source), list(open_items_of_invoices(invoices).values()), today=paris_date(now)
    )
    by_id = {invoice.id: invoice for invoice in invoices}
    parts = [Part(by_id[one.invoice_id], one.amount_minor, one.date) for one in proposals]
    return allocate_all(source, parts, actor=actor, now=now) if parts else []


@transaction.atomic
def correct_payment(*, payment: Payment, details: PaymentDetails, actor: Actor, now: dt.datetime) -> Payment:
    """Give a mistyped payment the right details, while nothing issued and no allocation speaks of it."""
    today = paris_date(now)
    checked = check_payment(details, today=today)
    lock_accounts([payment.account_id])
    payment = Payment.objects.select_related("account__entity").get(id=payment.id)
    _refuse_cancelled(payment)
    refuse_if_referred_to(payment)
    before = {name: getattr(payment, name) for name in asdict(checked)}
    if checked.reference != payment.reference:
        refuse_taken_reference(payment.account_id, checked.reference)
    if (checked.amount_minor, checked.currency, checked.date) != (
        payment.amount_minor,
        payment.currency,
        payment.date,
    ):
        _refuse_allocated(payment)
        payment.remaining_minor = checked.amount_minor
    take_from_months(Dated(payments=[payment.id]))
    for name, value in asdict(checked).items():
        setattr(payment, name, value)
    payment.save()
    add_to_months(Dated(payments=[payment.id]))
    refresh_accounts([payment.account_id], today=today)
    record_all([payment_line("payment.correct", payment, before, asdict(checked), actor, now)])
    return payment


@transaction.atomic
def cancel_payment(*, payment: Payment, reason: str, actor: Actor, now: dt.datetime) -> Payment:
    """Cancel a payment from today on: its allocations are undone by counter-entries, its invoices reopen."""
    reason = check_reason(reason)
    today = paris_date(now)
    lock_accounts([payment.account_id])
    payment = Payment.objects.select_related("account__entity").get(id=payment.id)
    _refuse_cancelled(payment)
    for allocation in payment.allocations.filter(undoes=None, undone_by=None).order_by("id"):
        add_counter_entry(allocation, actor=actor, now=now)
    take_from_months(Dated(payments=[payment.id]))
    payment.cancelled_on = max(today, payment.date)
    payment.cancellation_reason = reason
    payment.cancelled_by_name = actor.name
    payment.remaining_minor = 0
    payment.save()
    refresh_accounts([payment.account_id], today=today)
    after: dict[str, object] = {"reason": reason, "cancelled_on": payment.cancelled_on}
    record_all([payment_line("payment.cancel", payment, {}, after, actor, now)])
    return payment


def _refuse_cancelled(payment: Payment) -> None:
    if payment.cancelled_on is not None:
        raise AlreadyDone(_("Le règlement %s est déjà annulé.") % payment.reference)


def _refuse_allocated(payment: Payment) -> None:
    if payment.allocations.exists():
        raise StillReferredTo(
            _(
                "Le règlement %s est ou a été lettré\u00a0: sa date, sa devise et son montant ne "
                "changent plus, annulez-le."
            )
            % payment.reference
        )
