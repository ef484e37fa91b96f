"""Know how old a debt is: not due, then by thirty days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import Enum

from encours.core.days import days_late
from encours.core.money import Money
from encours.core.open_items import OpenItem, remaining_at


class Bucket(Enum):
    """A slice of the ageing; the value is how the interface names it."""

    NOT_DUE = "non échu"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "> 90"


_UPPER_BOUNDS = ((0, Bucket.NOT_DUE), (30, Bucket.TO_30), (60, Bucket.TO_60), (90, Bucket.TO_90))


def bucket_of(due_date: dt.date, as_of: dt.date) -> Bucket:
    """Return the slice of a due date on a day; exactly thirty days late is still «1-30»."""
    late = days_late(due_date, as_of)
    return next((bucket for bound, bucket in _UPPER_BOUNDS if late <= bound), Bucket.OVER_90)


def due_dates_of(bucket: Bucket, as_of: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the earliest and the latest due date of a slice on a day; None where it has no such bound."""
    bounds = [bound for bound, _bucket in _UPPER_BOUNDS]
    position = list(Bucket).index(bucket)
    earliest = as_of - dt.timedelta(days=bounds[position]) if position < len(bounds) else None
    latest = as_of - dt.timedelta(days=bounds[position - 1] + 1) if position else None
    return earliest, latest


def age(invoices: Iterable[OpenItem], as_of: dt.date) -> dict[str, dict[Bucket, int]]:
    """Return, per currency, what remains in each slice on a day, in minor units."""
    aged: dict[str, dict[Bucket, int]] = {}
    for invoice in invoices:
        left: Money = remaining_at(invoice, as_of)
        if left.minor and invoice.due_date is not None:
            slices = aged.setdefault(left.currency, dict.fromkeys(Bucket, 0))
            slices[bucket_of(invoice.due_date, as_of)] += left.minor
    return dict(sorted(aged.items()))
