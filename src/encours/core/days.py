"""Know days and months as the trade counts them: the calendar of Europe/Paris."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def paris_date(moment: dt.datetime) -> dt.date:
    """Return the date that a clock in Paris shows at an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(PARIS).date()


def month_number(day: dt.date) -> int:
    """Return a month as one integer that counts up: year × 12 + month - 1."""
    return day.year * 12 + day.month - 1


def month_start(month: int) -> dt.date:
    """Return the first day of a month given by its number."""
    return dt.date(month // 12, month % 12 + 1, 1)


def month_end(month: int) -> dt.date:
    """Return the last day of a month given by its number."""
    return month_start(month + 1) - dt.timedelta(days=1)


def days_late(due_date: dt.date, as_of: dt.date) -> int:
    """Return the days between the due date and the day asked; zero or less is not late."""
    return (as_of - due_date).days


def is_overdue(due_date: dt.date, as_of: dt.date) -> bool:
    """Tell whether an invoice is overdue: from the day after its due date, no weekend shift."""
    return as_of > due_date
