"""Sum up in one look what an account owes and is owed, currency by currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from encours.core.ageing import Bucket, bucket_of
from encours.core.money import Money
from encours.receivables.ages import bar, figures
from encours.receivables.queries import OpenInvoice, UnusedCredit


@dataclass(frozen=True, slots=True)
class Glance:
    """What is owed in one currency, how late and of what ages, and the credit that is not used."""

    owed: Money
    overdue: Money
    credit: Money
    days_late: int
    bar: str
    ages: list[tuple[int, str, str]]  # place, age, amount: the figures of the bar


def glances(unpaid: Sequence[OpenInvoice], credits: Sequence[UnusedCredit], today: dt.date) -> list[Glance]:
    """Return one look per currency, in the order of the codes."""
    codes = {row.remaining.currency for row in unpaid} | {row.remaining.currency for row in credits}
    return [_glance(code, unpaid, credits, today) for code in sorted(codes)]


def _glance(
    code: str, unpaid: Sequence[OpenInvoice], credits: Sequence[UnusedCredit], today: dt.date
) -> Glance:
    ages = dict.fromkeys(Bucket, 0)
    rows = [row for row in unpaid if row.remaining.currency == code]
    for row in rows:
        ages[bucket_of(row.due_date, today)] += row.remaining.minor
    minors = list(ages.values())
    free = sum(row.remaining.minor for row in credits if row.remaining.currency == code)
    return Glance(
        owed=Money(sum(minors), code),
        overdue=Money(sum(minors) - ages[Bucket.NOT_DUE], code),
        credit=Money(free, code),
        days_late=max((row.days_late for row in rows if row.is_overdue), default=0),
        bar=bar(minors, code) if sum(minors) else "",
        ages=figures(minors, code),
    )
