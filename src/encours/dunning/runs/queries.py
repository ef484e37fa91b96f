"""Read mass reminders for the screen: the list, the lines of one, its totals and how far it is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Min, Q, QuerySet, Sum
from django.db.models.functions import Cast

from encours.access.scopes import Scope
from encours.core.money import Money
from encours.core.search import normalise
from encours.db import MinorField
from encours.dunning.runs.counting import Counts, counts_of
from encours.dunning.runs.models import LineState, ReminderRun, RunLine, RunState
from encours.dunning.runs.planning import ids_of, totals_of
from encours.dunning.runs.wording import REASONS
from encours.parties.models import DunningContact
from encours.parties.queries import contacts_for, emails_of
from encours.receivables.models import Invoice

SIZES = (25, 50, 100, 200)
RUNS_PER_PAGE = 25
RATE_SECONDS = 60
MAX_PAGE = 10**6
SHOWS = {
    "tous": Q(),
    "a_relancer": Q(state=LineState.TO_REMIND, is_ticked=True),
    "ecartes": Q(state=LineState.TO_REMIND, is_ticked=False),
    "laisses": Q(state=LineState.LEFT),
    "relances": Q(state=LineState.ISSUED),
    "echecs": Q(state=LineState.FAILED),
}
SORTS = {
    "liste": ("position",),
    "client": ("account__search_name", "position"),
    "montant": ("currency", "total_minor", "position"),
    "-montant": ("currency", "-total_minor", "position"),
    "retard": ("oldest_due_date", "position"),
    "etat": ("state", "reason", "position"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter:
    """Which lines of a run are shown, in which order; what a query does not know is as at first."""

    show: str = "tous"
    reason: str = ""
    mode: str = ""
    text: str = ""
    sort: str = "liste"
    page: int = 1
    per_page: int = 50

    def query(self, **changes: str | int) -> str:
        """Return the query string of this filter with changes."""
        one = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "voir": one.show,
            "raison": one.reason,
            "mode": one.mode,
            "client": one.text,
            "tri": one.sort,
            "par_page": one.per_page,
            "page": one.page,
        }
        return urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One line as the screen shows it."""

    line: RunLine
    recipient: str
    amounts: list[Money]
    numbers: list[tuple[int, str]]  # invoice ids and numbers


@dataclass(frozen=True, slots=True)
class LinePage:
    """A page of lines and where it stands."""

    rows: list[Row]
    total: int
    number: int
    page_count: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: accounts done of those launched, how fast, and how long it still takes."""

    counts: Counts
    done: int
    total: int
    per_minute: int | None
    seconds_left: int | None

    @property
    def percent(self) -> int:
        """Return how much is done, 100 only at the end."""
        return 100 if self.done >= self.total else self.done * 100 // self.total


def runs_in(scope: Scope) -> QuerySet[ReminderRun]:
    """Return the mass reminders that speak of no entity outside a scope, the newest first."""
    rows = ReminderRun.objects.order_by("-created_at", "-id")
    if scope.entity_ids is None:
        return rows
    foreign = ReminderRun.entities.through.objects.exclude(billingentity_id__in=scope.entity_ids)
    return rows.exclude(pk__in=foreign.values("reminderrun_id"))


def current_counts(runs: list[ReminderRun]) -> dict[int, Counts]:
    """Return the counts of some runs: kept where nothing moves any more, counted where it does."""
    is_at_rest = {run.pk: run.state in (RunState.DONE, RunState.STOPPED) and run.counts for run in runs}
    moving = counts_of([pk for pk, rests in is_at_rest.items() if not rests])
    return {run.pk: moving.get(run.pk) or Counts(**run.counts) for run in runs}


def parse_lines_query(query: Mapping[str, str]) -> LineFilter:
    """Read a filter of lines from a query string."""
    show, sort, reason = query.get("voir", ""), query.get("tri", ""), query.get("raison", "")
    size = _number(query.get("par_page", ""), 50)
    return LineFilter(
        show=show if show in SHOWS else "tous",
        reason=reason if reason in REASONS else "",
        mode=query.get("mode", "") if query.get("mode") in ("email", "letter") else "",
        text=" ".join(query.get("client", "").split())[:200],
        sort=sort if sort in SORTS else "liste",
        page=_number(query.get("page", ""), 1),
        per_page=size if size in SIZES else 50,
    )


def matching_lines(run: ReminderRun, criteria: LineFilter) -> QuerySet[RunLine]:
    """Return the lines that a filter shows, in no order."""
    rows = RunLine.objects.filter(SHOWS[criteria.show], run=run).order_by()
    if criteria.reason:
        rows = rows.filter(reason=criteria.reason)
    if criteria.mode:
        rows = rows.filter(mode=criteria.mode)
    if text := normalise(criteria.text):
        rows = rows.filter(account__search_name__contains=text)
    return rows


def list_lines(run: ReminderRun, criteria: LineFilter) -> LinePage:
    """Return a page of lines, in as many queries whatever its size."""
    rows = matching_lines(run, criteria)
    total = rows.count()
    page_count = max(1, -(-total // criteria.per_page))
    number = min(criteria.page, page_count)
    start = (number - 1) * criteria.per_page
    found = rows.select_related("run", "account__entity", "account__customer", "reminder")
    shown = _rows(list(found.order_by(*SORTS[criteria.sort])[start : start + criteria.per_page]))
    return LinePage(shown, total, number, page_count, start + 1 if shown else 0, start + len(shown))


def _rows(lines: list[RunLine]) -> list[Row]:
    contacts = contacts_for([line.account for line in lines])
    wanted = {invoice_id for line in lines for invoice_id in ids_of(line)}
    numbers = dict(Invoice.objects.filter(id__in=wanted).values_list("id", "number"))
    return [
        Row(
            line=line,
            recipient=recipient_of(line, contacts.get(line.account_id)),
            amounts=[Money(minor, currency) for currency, minor in totals_of(line).items()],
            numbers=[(one, numbers[one]) for one in ids_of(line) if one in numbers],
        )
        for line in lines
    ]


def recipient_of(line: RunLine, contact: DunningContact | None) -> str:
    """Return who receives the reminder of a line: the e-mails, or the address on one line."""
    if line.mode == "email":
        return ", ".join(line.own_recipients.split() or emails_of(contact))
    if line.mode != "letter" or contact is None:
        return ""
    parts = (contact.contact_name, contact.address1, f"{contact.postcode} {contact.city}".strip())
    return ", ".join(part for part in parts if part)


def totals(rows: QuerySet[RunLine]) -> list[Money]:
    """Return what lines ask for, one total per currency."""
    sums: dict[str, int] = defaultdict(int)
    main = (
        rows.exclude(currency="").values_list("currency").annotate(sum=Cast(Sum("total_minor"), MinorField()))
    )
    for currency, minor in main:
        sums[currency] += minor
    for line in rows.exclude(other_totals="").iterator(chunk_size=1_000):
        for currency, minor in list(totals_of(line).items())[1:]:
            sums[currency] += minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def proposed_totals(run: ReminderRun) -> list[Money]:
    """Return what all the lines that are ticked ask for."""
    return totals(matching_lines(run, LineFilter(show="a_relancer")))


def progress_of(run: ReminderRun, now: dt.datetime) -> Progress:
    """Return how far a launched run is, from its lines alone; the rate is that of the last minute."""
    counts = counts_of([run.pk])[run.pk]
    finished = run.lines.filter(finished_at__isnull=False)
    done = finished.count()
    total = done + counts.to_remind
    since = now - dt.timedelta(seconds=RATE_SECONDS)
    recent = finished.filter(finished_at__gte=since)
    start = recent.aggregate(start=Min("finished_at"))["start"]
    if run.state != RunState.RUNNING or start is None:
        return Progress(counts, done, total, None, None)
    seconds = max(1.0, (now - max(start, run.launched_at or start)).total_seconds())
    per_second = recent.count() / max(seconds, 1.0)
    return Progress(
        counts,
        done,
        total,
        round(per_second * 60),
        round(counts.to_remind / per_second) if per_second else None,
    )


def _number(text: str, default: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 8
    return max(1, min(int(text), MAX_PAGE)) if is_number else default
