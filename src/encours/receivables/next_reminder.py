"""Say when the next reminder of an account may leave, and the how manieth it will be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from encours.receivables.models import HoldKind
from encours.receivables.queries import OpenInvoice


@dataclass(frozen=True, slots=True)
class NextReminder:
    """``on`` is the first day on which an invoice may be reminded, None where none will be by itself.

    ``rank`` is the place of that reminder among those of its invoices; ``held_count`` says how many open
    invoices a hold keeps back today; ``last_at`` is the last reminder of an invoice that is still open.
    """

    on: dt.date | None
    rank: int
    held_count: int
    last_at: dt.datetime | None
    is_now: bool
    has_open: bool


def next_reminder(unpaid: Sequence[OpenInvoice], today: dt.date) -> NextReminder:
    """Return what awaits an account whose unpaid invoices are these."""
    days = {row.id: day for row in unpaid if (day := _first_day(row)) is not None}
    on = max(min(days.values()), today) if days else None
    counts = [row.reminder_count for row in unpaid if on is not None and days.get(row.id, dt.date.max) <= on]
    return NextReminder(
        on=on,
        rank=max(counts, default=0) + 1,
        held_count=sum(row.hold is not None for row in unpaid),
        last_at=max((row.last_reminded_at for row in unpaid if row.last_reminded_at), default=None),
        is_now=on == today,
        has_open=bool(unpaid),
    )


def _first_day(row: OpenInvoice) -> dt.date | None:
    """Return the first day on which an invoice is overdue and nothing holds it; None while in dispute."""
    last = row.due_date
    if row.hold is not None:
        if row.hold.kind == HoldKind.DISPUTE or row.hold.until is None:
            return None
        last = max(last, row.hold.until)
    return last + dt.timedelta(days=1)
