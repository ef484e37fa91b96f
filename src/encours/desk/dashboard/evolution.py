"""Read how what is owed evolved over twelve months, and how many days of sales it stands for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from django.db.models import Q, Sum

from encours.core.days import month_end, month_number
from encours.core.dso import count_back
from encours.core.money import Money
from encours.desk.dashboard.question import Question
from encours.desk.selection import open_invoices
from encours.receivables.models import Invoice, InvoiceKind, MonthFlow
from encours.receivables.months import AMOUNTS

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
    """Return the last twelve months, this one included, in three queries.

    What was owed at the end of a past month is a sum of months; what is owed today is that of the unpaid
    invoices, since this month may hold documents of later days.
    """
    last = month_number(today)
    flows = _months(asked, last)
    flows[last].sold -= _dated_later(asked, today)
    ends = list(accumulate((flows[month] for month in sorted(flows)), Flow.after))
    owed = {month: (flow.owed, flow.overdue) for month, flow in zip(sorted(flows), ends, strict=True)}
    owed[last] = _owed_today(asked, today)
    points = [
        MonthPoint(
            month=month,
            day=min(month_end(month), today),
            owed=Money(owed[month][0], asked.currency),
            overdue=Money(owed[month][1], asked.currency),
            sold=Money(flows[month].sold, asked.currency),
            received=Money(flows[month].received, asked.currency),
        )
        for month in range(last - MONTHS + 1, last + 1)
    ]
    known = [(month, flows[month].sold) for month in range(last, last - SALES_MONTHS, -1)]
    return Evolution(points, count_back(owed[last][0], known))


@dataclass(slots=True)
class Flow:
    """What a month added, in minor units: to what is owed and overdue, sold less credited, and received."""

    owed: int = 0
    overdue: int = 0
    sold: int = 0
    received: int = 0

    def after(self, later: Flow) -> Flow:
        """Return what is owed and overdue at the end of a later month."""
        return Flow(self.owed + later.owed, self.overdue + later.overdue)


def _months(asked: Question, last: int) -> dict[int, Flow]:
    """Return what each month up to this one added; none is missing of those that are shown."""
    found = {month: Flow() for month in range(last - SALES_MONTHS + 1, last + 1)}
    rows = asked.narrow(MonthFlow.objects.filter(currency=asked.currency, month__lte=last)).order_by()
    for month, *sums in rows.values_list("month").annotate(*(Sum(name) for name in AMOUNTS)):
        invoiced, credited, received, allocated, fell_due, settled_late, *_counts = sums
        found[month] = Flow(invoiced - allocated, fell_due - settled_late, invoiced - credited, received)
    return found


def _dated_later(asked: Question, today: dt.date) -> int:
    """Return what this month holds of invoices, less credit notes, that are dated later than today."""
    rows = Invoice.objects.filter(
        account__next_issue_date__isnull=False,
        issue_date__gt=today,
        issue_month=month_number(today),
        currency=asked.currency,
    )
    sums = asked.narrow(rows).aggregate(
        invoiced=Sum("gross_minor", filter=Q(kind=InvoiceKind.INVOICE)),
        credited=Sum("gross_minor", filter=Q(kind=InvoiceKind.CREDIT_NOTE)),
    )
    return (sums["invoiced"] or 0) - (sums["credited"] or 0)


def _owed_today(asked: Question, today: dt.date) -> tuple[int, int]:
    """Return what is owed, and what of it is overdue."""
    sums = asked.narrow(open_invoices(today, None, currency=asked.currency)).aggregate(
        owed=Sum("remaining_minor"), overdue=Sum("remaining_minor", filter=Q(due_date__lt=today))
    )
    return sums["owed"] or 0, sums["overdue"] or 0
