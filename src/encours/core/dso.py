"""Know how many days of sales wait to be paid (DSO), counted back month by month."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from encours.core.days import month_end


def count_back(receivables_minor: int, sales: Sequence[tuple[int, int]]) -> Fraction | None:
    """Return the days of sales that the receivables stand for, exactly.

    ``sales`` are (month, minor units), the latest month first and without a hole. None where the sales known
    do not cover the receivables.
    """
    left = receivables_minor
    days = Fraction(0)
    for month, sold_minor in sales:
        length = month_end(month).day
        if left <= sold_minor and sold_minor > 0:
            return days + Fraction(left * length, sold_minor)
        left -= sold_minor
        days += length
    return days if left <= 0 else None
