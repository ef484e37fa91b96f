"""Say what the list shows in the words of the screen: states, sentences, and the filter as a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from encours.core import french
from encours.core.days import month_number, paris_date
from encours.desk.filters import PAGE_SIZES, AccountFilter, Case, History, QueryValues, default_filter
from encours.desk.lines import HistoryLine, InvoiceLine
from encours.desk.summaries import Summary
from encours.dunning.models import DeliveryState
from encours.languages import reader_language
from encours.parties.models import BillingEntity
from encours.receivables.models import HoldKind

YEARS_OFFERED = 10
"""How many years back «De» and «à» offer; an older month can stand in the address."""

_DELIVERY_KINDS = {
    DeliveryState.SENT: "ok",
    DeliveryState.PRINTED: "ok",
    DeliveryState.REFUSED: "bad",
    DeliveryState.PARTIALLY_REFUSED: "bad",
    DeliveryState.UNCERTAIN: "warn",
    DeliveryState.CANCELLED: "mute",
}


@dataclass(frozen=True, slots=True)
class State:
    """A word with its kind (see web's tag «state») and the icon where it is not the kind's."""

    kind: str
    text: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a control."""

    value: str
    label: str
    is_chosen: bool


Years = tuple[tuple[str, tuple[Choice, ...]], ...]
"""The months that a control offers, by year."""


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The filter as its form shows it, with a sentence per control whose value was refused."""

    entities: list[Choice]
    client: str
    from_months: Years
    to_months: Years
    cases: list[Choice]
    histories: list[Choice]
    page_sizes: list[Choice]
    per_page: int
    default_query: str
    age: Choice | None
    problems: Mapping[str, str]
    active_count: int

    @property
    def entities_summary(self) -> str:
        """Say how many entities are chosen: none stands for all."""
        chosen = [entity for entity in self.entities if entity.is_chosen]
        if not chosen:
            return _("toutes")
        return chosen[0].value if len(chosen) == 1 else _("%d choisies") % len(chosen)


def filter_form(
    criteria: AccountFilter,
    entities: Sequence[BillingEntity],
    today: dt.date,
    *,
    typed: QueryValues | None = None,
    problems: Mapping[str, str] | None = None,
) -> FilterForm:
    """Return the form of a filter; where it was refused, with what was typed and why not."""
    codes = set(typed.getlist("entite")) if typed is not None else set(criteria.entity_codes)
    start = default_filter(today, criteria.per_page)
    return FilterForm(
        entities=[Choice(e.code, e.name, e.code in codes) for e in entities],
        client=str(typed.get("client", "")) if typed is not None else criteria.client,
        from_months=_months(criteria.from_month, today),
        to_months=_months(criteria.to_month, today),
        cases=[Choice(case.value, str(case.label), case == criteria.case) for case in Case],
        histories=[Choice(h.value, str(h.label), h == criteria.history) for h in History],
        page_sizes=[Choice(str(size), str(size), size == criteria.per_page) for size in PAGE_SIZES],
        per_page=criteria.per_page,
        default_query=start.to_query(),
        age=Choice(criteria.age.value, str(criteria.age.label), True) if criteria.age else None,
        problems=problems or {},
        active_count=sum(
            asked != at_first for asked, at_first in zip(_said(criteria), _said(start), strict=True)
        ),
    )


def _said(criteria: AccountFilter) -> tuple[object, ...]:
    """Return what a filter says of each thing that it can narrow; the period is one of them."""
    period = (criteria.from_month, criteria.to_month)
    return criteria.entity_codes, criteria.client, period, criteria.case, criteria.history, criteria.age


def account_sentence(summary: Summary) -> str:
    """Say «3 factures émises sur la période, 2 factures en attente de paiement dont 1 échue»."""
    tongue = reader_language()
    parts = [
        french.counted(
            summary.issued, _("facture émise sur la période"), _("factures émises sur la période"), tongue
        )
    ]
    if summary.credit_notes_issued:
        parts.append(french.counted(summary.credit_notes_issued, _("avoir émis"), _("avoirs émis"), tongue))
    waiting = french.counted(
        summary.open, _("facture en attente de paiement"), _("factures en attente de paiement"), tongue
    )
    if summary.overdue:
        late = french.counted(summary.overdue, _("échue"), _("échues"), tongue)
        waiting = _("%(waiting)s dont %(late)s") % {"waiting": waiting, "late": late}
    return ", ".join([*parts, waiting])


def history_label(history: History) -> str:
    """Say «Historique de relance depuis 1 an»."""
    if history == History.EVERYTHING:
        return _("Historique de relance complet")
    return _("Historique de relance depuis %s") % history.label


def invoice_states(line: InvoiceLine) -> list[State]:
    """Return all that is worth knowing of an unpaid invoice, the most important first."""
    states = [_due_state(line.days_late)]
    if line.hold is not None:
        states.append(_hold_state(line))
    if line.is_partly_paid:
        states.append(State("info", _("partiellement réglée"), "coins"))
    if line.is_before_period:
        states.append(State("mute", _("antérieure à la période"), "history"))
    return states


def reminded_on(line: InvoiceLine) -> str:
    """Say «relancée le 16/05/2016», or nothing."""
    if line.last_reminded_at is None:
        return ""
    return _("relancée le %s") % french.date(paris_date(line.last_reminded_at))


def history_states(line: HistoryLine) -> list[State]:
    """Return the state of the invoice today, then that of the reminder's delivery."""
    paid = State("ok", _("réglée"), "checks")
    return [_due_state(line.days_late) if line.remaining.minor else paid, _delivery_state(line)]


def _due_state(days_late: int) -> State:
    if days_late <= 0:
        return State("info", _("à échoir"), "calendar-event")
    days = french.counted(days_late, _("jour"), _("jours"), reader_language())
    return State("bad", _("échue depuis %s") % days, "calendar-due")


def _hold_state(line: InvoiceLine) -> State:
    hold = line.hold
    if hold is None or hold.kind == HoldKind.DISPUTE or hold.until is None:
        return State("warn", _("en litige"), "gavel")
    return State("wait", _("suspendue jusqu'au %s") % french.date(hold.until), "player-pause")


def _delivery_state(line: HistoryLine) -> State:
    if line.delivery_state == DeliveryState.PRINTED and line.printed_at is not None:
        words = {"day": french.date(paris_date(line.printed_at)), "name": line.printed_by_name}
        return State("ok", _("imprimée le %(day)s par %(name)s") % words, "printer")
    kind = _DELIVERY_KINDS.get(line.delivery_state, "wait")
    return State(kind, str(line.delivery_state.label), "printer" if line.is_letter else "mail")


def _months(chosen: int | None, today: dt.date) -> Years:
    return _months_offered(chosen, month_number(today), reader_language())


@lru_cache(maxsize=64)
def _months_offered(chosen: int | None, last: int, language: str) -> Years:
    """Return the months offered by year, latest first; a chosen month outside them is added."""
    offered = list(range(last, (last // 12 - YEARS_OFFERED + 1) * 12 - 1, -1))
    if chosen is not None and chosen not in offered:
        offered = sorted([*offered, chosen], reverse=True)
    years: dict[str, list[Choice]] = {}
    for month in offered:
        name = french.month_in_letters(month, language)
        choice = Choice(french.period_month(month), name, month == chosen)
        years.setdefault(str(month // 12), []).append(choice)
    return tuple((year, tuple(choices)) for year, choices in years.items())
