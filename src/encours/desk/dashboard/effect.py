"""Read what reminders brought: what was paid within fifteen days after each of them."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from encours.core.days import month_number, month_start
from encours.core.money import Money
from encours.desk.dashboard.evolution import MONTHS
from encours.desk.dashboard.question import Question
from encours.dunning.models import ReminderLine, ReminderState
from encours.receivables.models import Allocation

WITHIN_DAYS = 15


@dataclass(frozen=True, slots=True)
class EffectPoint:
    """The reminders of a month: how many, what they asked for, and what was paid of it soon after."""

    month: int
    reminders: int
    asked_for: Money
    paid: Money

    @property
    def paid_share(self) -> Fraction | None:
        """Return which part of what was asked for was paid; None where nothing was asked for."""
        return Fraction(self.paid.minor, self.asked_for.minor) if self.asked_for.minor else None


def effect(asked: Question, today: dt.date) -> list[EffectPoint]:
    """Return the reminders of the last twelve months, the oldest first, in two queries.

    A payment counts once, for the latest reminder of the invoice before it.
    """
    last = month_number(today)
    start = month_start(last - MONTHS + 1)
    reminders: dict[int, set[int]] = defaultdict(set)
    asked_for: dict[int, int] = defaultdict(int)
    reminded_on: dict[int, list[dt.date]] = defaultdict(list)
    lines = ReminderLine.objects.filter(
        reminder__date__gte=start,
        reminder__state=ReminderState.ISSUED,
        reminder__counts=True,
        currency=asked.currency,
    ).order_by("reminder__date")
    for reminder_id, day, invoice_id, minor in (
        asked.narrow(lines, "reminder__entity")
        .values_list("reminder_id", "reminder__date", "invoice_id", "remaining_minor")
        .iterator()
    ):
        reminders[month_number(day)].add(reminder_id)
        asked_for[month_number(day)] += minor
        reminded_on[invoice_id].append(day)
    paid = _paid_soon_after(asked, start, reminded_on)
    return [
        EffectPoint(
            month=month,
            reminders=len(reminders[month]),
            asked_for=Money(asked_for[month], asked.currency),
            paid=Money(paid[month], asked.currency),
        )
        for month in range(last - MONTHS + 1, last + 1)
    ]


def _paid_soon_after(
    asked: Question, start: dt.date, reminded_on: dict[int, list[dt.date]]
) -> dict[int, int]:
    """Return, by month of reminder, what payments settled of reminded invoices within fifteen days."""
    paid: dict[int, int] = defaultdict(int)
    rows = Allocation.objects.filter(
        date__gte=start,
        payment__isnull=False,
        invoice__currency=asked.currency,
        invoice__reminder_count__gt=0,
    )
    for invoice_id, day, minor in (
        asked.narrow(rows, "invoice__entity").values_list("invoice_id", "date", "amount_minor").iterator()
    ):
        days = reminded_on.get(invoice_id, [])
        position = bisect_right(days, day)
        if position and (day - days[position - 1]).days <= WITHIN_DAYS:
            paid[month_number(days[position - 1])] += minor
    return paid
