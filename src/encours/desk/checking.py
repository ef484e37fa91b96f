"""Compare everything that is kept, of whatever app, with its recomputation."""

from __future__ import annotations

import datetime as dt

from encours.dunning.effects import check_effects
from encours.receivables.months import check_months
from encours.receivables.recomputation import Report, check


def check_everything(*, today: dt.date) -> Report:
    """Check accounts, what remains, months and effects of reminders; accounts were brought up to date."""
    report = check(today=today)
    counted, problems = report.checked, report.problems
    for count, differing in (check_months(), check_effects()):
        counted += count
        problems = [*problems, *differing]
    return Report(counted, problems)
