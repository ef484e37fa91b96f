"""Follow what became of the e-mails of reminders: their state, and whether they still count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from encours.core.actors import SYSTEM
from encours.core.days import paris_date
from encours.delivery.models import MessageState
from encours.delivery.queries import EnvelopeState, states_of_many
from encours.dunning.counting import recount_invoices
from encours.dunning.models import DeliveryState, Reminder, ReminderLine, ReminderState
from encours.parties.actions import mark_email_refused
from encours.receivables.figures import lock_accounts, refresh_accounts

_FAILED = {MessageState.REFUSED, MessageState.CANCELLED}
_WAITING = {MessageState.QUEUED, MessageState.CLAIMED, MessageState.TRANSMITTING}


def mark_refused(reference: str, address: str, reason: str, now: dt.datetime) -> None:
    """Turn the customer's address red, inside the transaction of the report that refused it."""
    customer_id = (
        Reminder.objects.filter(reference=reference).values_list("account__customer_id", flat=True).first()
    )
    if customer_id is not None:
        mark_email_refused(customer_id=customer_id, email=address, reason=reason, actor=SYSTEM, now=now)


def summarise(envelopes: Sequence[EnvelopeState]) -> DeliveryState:
    """Return the state of a reminder from the envelopes of its main recipients; copies tell nothing."""
    states = {row.state for row in envelopes if not row.is_copy} or {row.state for row in envelopes}
    if states == {MessageState.CANCELLED}:
        return DeliveryState.CANCELLED
    if states <= _FAILED:
        return DeliveryState.REFUSED
    if MessageState.UNCERTAIN in states:
        return DeliveryState.UNCERTAIN
    if states & _WAITING:
        return DeliveryState.QUEUED if states == {MessageState.QUEUED} else DeliveryState.SENDING
    return DeliveryState.PARTIALLY_REFUSED if states & _FAILED else DeliveryState.SENT


def does_count(state: DeliveryState) -> bool:
    """Tell whether a reminder counts: not once refused by every recipient or cancelled; uncertain does."""
    return state not in (DeliveryState.REFUSED, DeliveryState.CANCELLED)


def follow(references: Sequence[str], now: dt.datetime) -> None:
    """Keep the state of these reminders, inside the transaction in which their messages moved."""
    rows = list(Reminder.objects.filter(reference__in=references, state=ReminderState.ISSUED).order_by("id"))
    envelopes = states_of_many(reminder.reference for reminder in rows) if rows else {}
    changed: list[Reminder] = []
    recounted: list[Reminder] = []
    for reminder in rows:
        state = summarise(envelopes.get(reminder.reference, ()))
        if does_count(state) != reminder.counts:
            recounted.append(reminder)
        if state != reminder.delivery_state:
            reminder.delivery_state, reminder.counts = state, does_count(state)
            changed.append(reminder)
    if changed:
        Reminder.objects.bulk_update(changed, ["delivery_state", "counts"])
    if recounted:
        recount_reminders(recounted, now=now)


def recount_reminders(reminders: Collection[Reminder], *, now: dt.datetime) -> None:
    """Count again on the invoices of these reminders, and refresh the figures of their accounts."""
    account_ids = sorted({reminder.account_id for reminder in reminders})
    lock_accounts(account_ids)
    lines = ReminderLine.objects.filter(reminder__in=[reminder.id for reminder in reminders])
    recount_invoices(lines.values_list("invoice_id", flat=True))
    refresh_accounts(account_ids, today=paris_date(now))
