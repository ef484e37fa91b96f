"""Template tags of mass reminders: the state of a line, its mode, its invoices, other pages of the list."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from encours.dunning.models import Mode
from encours.dunning.runs.models import LineState, RunLine
from encours.dunning.runs.queries import LineFilter
from encours.dunning.runs.wording import EXCLUDED, LINE_KINDS, reason_of

register = template.Library()

SHOWN_NUMBERS = 3


@register.simple_tag
def lines_query(criteria: LineFilter, page: int = 0) -> str:
    """Return the query string of the lines shown, on another page if one is given."""
    return criteria.query(page=page or criteria.page)


@register.filter
def line_kind(line: RunLine) -> str:
    """Return how the state of a line is drawn: see the template tag «state»."""
    is_out = line.state == LineState.TO_REMIND and not line.is_ticked
    return "mute" if is_out else LINE_KINDS[LineState(line.state)]


@register.filter
def line_label(line: RunLine) -> str:
    """Return what becomes of an account, or why it is left out."""
    if line.state == LineState.LEFT:
        return reason_of(line)
    if line.state == LineState.TO_REMIND and not line.is_ticked:
        return str(EXCLUDED)
    return str(LineState(line.state).label)


@register.filter
def mode_label(mode: str) -> str:
    """Return a mode as the interface names it."""
    return str(Mode(mode).label)


@register.filter
def more_numbers(numbers: Sequence[tuple[int, str]]) -> str:
    """Return how many invoices follow those that are shown."""
    rest = len(numbers) - SHOWN_NUMBERS
    return "" if rest <= 0 else _("et %s de plus") % rest


@register.filter
def said_error(kept: str) -> str:
    """Return why a line failed in the language of who reads, where it is a sentence without figures."""
    return _(kept)
