"""Draw the lines under an account: a long list has ten thousand, and a template drawn for each took seconds.

Each sort of line is drawn once by its template, with a mark where a value goes; the lines are that text with
the values put in, escaped.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from encours.core import french
from encours.core.money import Money
from encours.desk import presentation
from encours.desk.lines import HistoryLine, InvoiceLine
from encours.desk.presentation import State
from encours.dunning.models import Mode
from encours.languages import reader_language

_INDENT = re.compile(r"\s*\n\s*")
_MARK = re.compile("\x02([a-z_]+)\x03")


class _Marks:
    """Stands for the values of a line while its template is drawn: each gives its own mark."""

    def __getitem__(self, name: str) -> SafeString:
        return mark_safe(f"\x02{name}\x03")  # noqa: S308 (a name of ours)


class LineDrawer:
    """Draws lines for one page, in the language of who reads it."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = dict(context)
        self._language = reader_language()
        self._shapes: dict[object, list[str]] = {}
        self._states: dict[tuple[object, ...], str] = {}
        self._modes: dict[Mode, str] = {}
        self._days: dict[dt.date, str] = {}
        self._moments: dict[dt.datetime, str] = {}

    def draw(self, lines: Iterable[InvoiceLine | HistoryLine]) -> SafeString:
        """Return the rows of unpaid invoices or of reminders."""
        rows = [self._invoice(one) if isinstance(one, InvoiceLine) else self._reminder(one) for one in lines]
        return mark_safe("".join(rows))  # noqa: S308 (drawn by our templates, values escaped)

    def _invoice(self, line: InvoiceLine) -> str:
        hold = line.hold
        values = {
            "states": self._states_of(
                line, (line.days_late, hold, line.is_partly_paid, line.is_before_period)
            ),
            "reason": escape(f"{hold.reason} ({hold.author_name})") if hold else "",
            "reminded": escape(presentation.reminded_on(line) or "—"),
            "id": str(line.id),
            "number": escape(line.number),
            "net": self._amount(line.net),
            "gross": self._amount(line.gross),
            "remaining": self._amount(line.remaining),
            "due": self._day(line.due_date),
        }
        return self._filled("desk/parts/invoice.html", {"has_hold": hold is not None}, values)

    def _reminder(self, line: HistoryLine) -> str:
        late, printed = (
            line.days_late if line.remaining.minor else None,
            (line.printed_at, line.printed_by_name),
        )
        values = {
            "states": self._states_of(line, (late, line.delivery_state, line.mode, *printed)),
            "made_at": self._moment(line.made_at),
            "mode": self._mode(line.mode),
            "id": str(line.invoice_id),
            "number": escape(line.number),
            "net": self._amount(line.net),
            "gross": self._amount(line.gross),
            "due": self._day(line.due_date),
            "address": escape(quote(line.reference, safe="~:@!$&'()*+,;=")),
        }
        return self._filled("desk/parts/history.html", {"is_letter": line.is_letter}, values)

    def _filled(self, template: str, variant: Mapping[str, bool], values: Mapping[str, str]) -> str:
        """Return a template, drawn once for each of its variants, with values in its marks."""
        key = (template, *variant.values())
        if key not in self._shapes:
            drawn = render_to_string(template, {**self._context, **variant, "line": _Marks()})
            self._shapes[key] = _MARK.split(_INDENT.sub("", drawn.strip()))
        return _put(self._shapes[key], values)

    def _states_of(self, line: InvoiceLine | HistoryLine, key: tuple[object, ...]) -> str:
        """Return the states of a line, drawn once for all that follow from the same facts."""
        if key not in self._states:
            if isinstance(line, InvoiceLine):
                states = presentation.invoice_states(line)
            else:
                states = presentation.history_states(line)
            self._states[key] = " ".join([self._state(state) for state in states])
        return self._states[key]

    def _state(self, state: State) -> str:
        """Return one state: a page has as many wordings as days late and moments, but few icons."""
        key = (state.kind, state.icon)
        if key not in self._shapes:
            marked = State(state.kind, _Marks()["text"], state.icon)
            drawn = render_to_string("desk/parts/states.html", {"states": [marked]})
            self._shapes[key] = _MARK.split(drawn.strip())
        return _put(self._shapes[key], {"text": escape(state.text)})

    def _mode(self, mode: Mode) -> str:
        if mode not in self._modes:
            self._modes[mode] = escape(str(mode.label))
        return self._modes[mode]

    def _amount(self, amount: Money) -> str:
        return french.amount_with_symbol(amount.minor, amount.currency, self._language)

    def _day(self, day: dt.date) -> str:
        if day not in self._days:
            self._days[day] = french.date(day)
        return self._days[day]

    def _moment(self, moment: dt.datetime) -> str:
        if moment not in self._moments:
            self._moments[moment] = french.moment(moment, self._language)
        return self._moments[moment]


def _put(shape: list[str], values: Mapping[str, str]) -> str:
    """Return a drawn text with values where its marks were: those stand at the odd places."""
    return "".join([values[part] if at % 2 else part for at, part in enumerate(shape)])
