"""Read what reminders brought: what was paid within fifteen days after each of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Sum

from encours.core.days import month_number
from encours.core.money import Money
from encours.desk.dashboard.evolution import MONTHS
from encours.desk.dashboard.question import Question
from encours.dunning.models import ReminderEffect


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
    """Return the reminders of the last twelve months, the oldest first, in one query of kept figures.

    A payment counts once, for the latest reminder of the invoice before it.
    """
    last = month_number(today)
    months = range(last - MONTHS + 1, last + 1)
    rows = asked.narrow(
        ReminderEffect.objects.filter(currency=asked.currency, month__gte=months[0], month__lte=last)
    )
    sums = {
        month: (reminders, asked_for, paid)
        for month, reminders, asked_for, paid in rows.order_by()
        .values_list("month")
        .annotate(
            reminders=Count("reminder_id", distinct=True), asked=Sum("asked_minor"), paid=Sum("paid_minor")
        )
    }
    return [
        EffectPoint(month, reminders, Money(asked_for, asked.currency), Money(paid, asked.currency))
        for month in months
        for reminders, asked_for, paid in [sums.get(month, (0, 0, 0))]
    ]
