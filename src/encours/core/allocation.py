"""Know how much of one document may be set against another, and from which day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from encours.core.open_items import OpenItem, exists_at, remaining_at


@dataclass(frozen=True, slots=True)
class Proposal:
    """A part of a payment or credit note proposed for one invoice."""

    invoice_id: int
    amount_minor: int
    date: dt.date


def room_from(item: OpenItem, day: dt.date) -> int:
    """Return what can still be allocated from a day on: the least that is left on it or on any later day.

    A later day matters: what was undone and allocated again since is not free in between.
    """
    if item.cancelled_on is not None or not exists_at(item, day):
        return 0
    later = {entry.date for entry in item.uses if entry.date > day}
    return max(0, min(remaining_at(item, moment).minor for moment in (day, *later)))


def room_for(source: OpenItem, invoice: OpenItem, day: dt.date) -> int:
    """Return the largest allocation possible between two documents of one currency from a day on."""
    return min(room_from(source, day), room_from(invoice, day))


def default_date(source: OpenItem, invoice: OpenItem) -> dt.date:
    """Return the latest of the two documents and of any counter-entry on either."""
    counter_entries = (
        entry.date for item in (source, invoice) for entry in item.uses if entry.amount_minor < 0
    )
    return max((source.date, invoice.date, *counter_entries))


def oldest_first(invoices: Iterable[OpenItem]) -> list[OpenItem]:
    """Return invoices in the order in which they are paid: due date, then issue date, then number."""
    return sorted(invoices, key=lambda item: (item.due_date or item.date, item.date, item.number, item.id))


def propose_oldest_first(
    source: OpenItem, invoices: Sequence[OpenItem], *, today: dt.date
) -> tuple[Proposal, ...]:
    """Return how a source would be used up on the open invoices of its currency, the oldest first.

    Nothing is proposed from a day later than today.
    """
    left = remaining_at(source, today).minor
    proposals: list[Proposal] = []
    for invoice in oldest_first(invoices):
        if invoice.amount.currency != source.amount.currency:
            continue
        day = default_date(source, invoice)
        amount = min(left, room_for(source, invoice, day)) if day <= today else 0
        if amount > 0:
            proposals.append(Proposal(invoice.id, amount, day))
            left -= amount
    return tuple(proposals)
