"""Know the panels of the dashboard: how each is named, and what its template shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from encours.core.money import Money
from encours.desk.dashboard import workbook
from encours.desk.dashboard.ageing import aged_balance, largest_debtors
from encours.desk.dashboard.charts import columns, spans
from encours.desk.dashboard.effect import effect
from encours.desk.dashboard.evolution import evolution
from encours.desk.dashboard.question import Question
from encours.desk.filters import Age
from encours.documents.xlsx import Sheet


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its title, its template, what that is given, and the same as a sheet."""

    title: str | Promise
    template: str
    context: Callable[[Question, dt.date], dict[str, Any]]
    sheet: Callable[[Question, dt.date], Sheet]


def _ageing(asked: Question, today: dt.date) -> dict[str, Any]:
    slices = aged_balance(asked, today)
    minors = [one.amount.minor for one in slices]
    owed, overdue = sum(minors), sum(minors[1:])
    return {
        "rows": list(zip(Age, slices, spans(minors), strict=True)),
        "count": sum(one.count for one in slices),
        "owed": Money(owed, asked.currency),
        "overdue": Money(overdue, asked.currency),
        "overdue_share": Fraction(overdue, owed) if owed else None,
    }


def _evolution(asked: Question, today: dt.date) -> dict[str, Any]:
    found = evolution(asked, today)
    drawn = columns([(point.owed.minor, point.overdue.minor) for point in found.points])
    return {"rows": list(zip(found.points, drawn, strict=True)), "dso": found.dso}


def _largest(asked: Question, today: dt.date) -> dict[str, Any]:
    debtors = largest_debtors(asked, today)
    most = max((debtor.owed.minor for debtor in debtors), default=1)
    widths = [(debtor.owed.minor * 1000 // most, debtor.overdue.minor * 1000 // most) for debtor in debtors]
    return {"rows": list(zip(debtors, widths, strict=True))}


def _effect(asked: Question, today: dt.date) -> dict[str, Any]:
    points = effect(asked, today)
    drawn = columns([(point.asked_for.minor, point.paid.minor) for point in points])
    return {"rows": list(zip(points, drawn, strict=True)), "any": any(point.reminders for point in points)}


PANELS = {
    "balance-agee": Panel(_("Balance âgée"), "desk/dashboard/ageing.html", _ageing, workbook.ageing),
    "evolution": Panel(
        _("Évolution sur 12 mois"), "desk/dashboard/evolution.html", _evolution, workbook.evolution
    ),
    "effet-des-relances": Panel(
        _("Relances et règlements sous 15 jours"), "desk/dashboard/effect.html", _effect, workbook.effect
    ),
    "plus-gros-encours": Panel(
        _("Dix plus gros encours"), "desk/dashboard/largest.html", _largest, workbook.largest
    ),
}
"""The panels in the order of the page, by the name that their addresses give them."""
