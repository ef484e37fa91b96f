"""Read how what is owed evolved over twelve months, and how many days of sales it stands for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Case, F, Sum, When

from encours.core.days import month_end, month_number, month_start
from encours.core.dso import count_back
from encours.core.money import Money
from encours.desk.dashboard.question import Question
from encours.desk.selection import open_invoices
from encours.receivables.models import Allocation, Invoice, InvoiceKind, Payment

MONTHS = 12
SALES_MONTHS = 36
"""How far back sales are read for the days of sales; older debts have no number of days."""


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """A month: what was owed and overdue at its end (this month: today), and what happened in it."""

    month: int
    day: dt.date
    owed: Money
    overdue: Money
    sold: Money
    received: Money


@dataclass(frozen=True, slots=True)
class Evolution:
    """Twelve months, the oldest first, and the days of sales outstanding; None where sales do not tell."""

    points: list[MonthPoint]
    dso: Fraction | None


def evolution(asked: Question, today: dt.date) -> Evolution:
    """Return the last twelve months, this one included, in four queries.

    What was owed on a past day is what is owed now, of what was issued by then, and what was allocated since.
    """
    last = month_number(today)
    days = [min(month_end(month), today) for month in range(last - MONTHS + 1, last + 1)]
    sales, received = _sales(asked, today), _received(asked, days[0])
    owed, overdue = _still_owed(asked, today, days)
    for position, (whole, late) in enumerate(_allocated_since(asked, days)):
        owed[position] += whole
        overdue[position] += late
    points = [
        MonthPoint(
            month=month_number(day),
            day=day,
            owed=Money(owed[position], asked.currency),
            overdue=Money(overdue[position], asked.currency),
            sold=Money(sales.get(month_number(day), 0), asked.currency),
            received=Money(received.get(month_number(day), 0), asked.currency),
        )
        for position, day in enumerate(days)
    ]
    known = [(month, sales.get(month, 0)) for month in range(last, last - SALES_MONTHS, -1)]
    return Evolution(points, count_back(owed[-1], known))


def _sales(asked: Question, today: dt.date) -> dict[int, int]:
    """Return what was invoiced by month, taxes included, less the credit notes."""
    first = month_number(today) - SALES_MONTHS + 1
    rows = Invoice.objects.filter(
        currency=asked.currency, issue_month__gte=first, issue_date__lte=today
    ).order_by()
    found: dict[int, int] = defaultdict(int)
    for month, kind, minor in (
        asked.narrow(rows).values_list("issue_month", "kind").annotate(minor=Sum("gross_minor"))
    ):
        found[month] += minor if kind == InvoiceKind.INVOICE else -minor
    return found


def _received(asked: Question, first_day: dt.date) -> dict[int, int]:
    """Return what was paid by month, whether allocated or not; a cancelled payment brought nothing."""
    rows = Payment.objects.filter(
        currency=asked.currency, date__gte=month_start(month_number(first_day)), cancelled_on=None
    ).order_by()
    found: dict[int, int] = defaultdict(int)
    for day, minor in (
        asked.narrow(rows, "account__entity").values_list("date").annotate(minor=Sum("amount_minor"))
    ):
        found[month_number(day)] += minor
    return found


def _still_owed(asked: Question, today: dt.date, days: Sequence[dt.date]) -> tuple[list[int], list[int]]:
    """Return, for each day, what remains today of what was issued by then, and of what was overdue then."""
    owed, overdue = [0] * len(days), [0] * len(days)
    rows = asked.narrow(open_invoices(today, None, currency=asked.currency))
    for issue_month, due_date, minor in rows.values_list("issue_month", "due_date").annotate(
        minor=Sum("remaining_minor")
    ):
        for position, day in enumerate(days):
            if issue_month <= month_number(day):
                owed[position] += minor
                overdue[position] += minor if due_date < day else 0
    return owed, overdue


def _allocated_since(asked: Question, days: Sequence[dt.date]) -> list[tuple[int, int]]:
    """Return, for each day, what was allocated after it to what was issued by then, and overdue then."""
    sums: dict[str, Any] = {}
    for position, day in enumerate(days):
        then = {"date__gt": day, "invoice__issue_date__lte": day}
        sums[f"whole_{position}"] = Sum(Case(When(**then, then=F("amount_minor")), default=0))
        sums[f"late_{position}"] = Sum(
            Case(When(**then, invoice__due_date__lt=day, then=F("amount_minor")), default=0)
        )
    rows = Allocation.objects.filter(date__gt=days[0], invoice__currency=asked.currency)
    found = asked.narrow(rows, "invoice__entity").aggregate(**sums)
    return [
        (found[f"whole_{position}"] or 0, found[f"late_{position}"] or 0) for position in range(len(days))
    ]
