"""Know what is left of an invoice, a credit note or a payment on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from encours.core.money import Money


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated use of a document: positive for an allocation, negative for its counter-entry."""

    date: dt.date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice, a credit note or a payment with all its uses, in any order.

    ``due_date`` is None for a payment; ``cancelled_on`` is the day from which a cancelled payment is void.
    """

    id: int
    number: str
    date: dt.date
    amount: Money
    uses: Sequence[Entry] = ()
    due_date: dt.date | None = None
    cancelled_on: dt.date | None = None


def exists_at(item: OpenItem, day: dt.date) -> bool:
    """Tell whether the item was issued on or before a day and not yet cancelled on it."""
    return item.date <= day and (item.cancelled_on is None or day < item.cancelled_on)


def remaining_at(item: OpenItem, day: dt.date) -> Money:
    """Return what is left at the end of a day: nothing where the item does not exist on it."""
    if not exists_at(item, day):
        return Money(0, item.amount.currency)
    used = sum(entry.amount_minor for entry in item.uses if entry.date <= day)
    return Money(item.amount.minor - used, item.amount.currency)


def remaining_in_the_end(item: OpenItem) -> Money:
    """Return what is left after every entry, the kept figure of a document."""
    if item.cancelled_on is not None:
        return Money(0, item.amount.currency)
    return Money(item.amount.minor - sum(entry.amount_minor for entry in item.uses), item.amount.currency)
