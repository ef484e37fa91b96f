"""Read the journal: the lines of a scope that a filter asks for, the newest first, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from encours.access.models import User
from encours.access.scopes import scope_of
from encours.audit.models import AuditLine
from encours.core.by_hand import typed_date
from encours.core.days import PARIS
from encours.core.errors import Refusal
from encours.parties.models import BillingEntity
from encours.parties.queries import entities_in

SIZES = (25, 50, 100, 200)
MAX_PAGE = 10**6
MAX_TEXT = 200
LINES_AT_ONCE = 2_000
MAX_EXPORTED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """Which lines are shown; what a query does not know is as at first. Days are those of Paris."""

    who: str = ""
    what: str = ""
    entity: str = ""
    text: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    page: int = 1
    per_page: int = 50

    def query(self, **changes: str | int) -> str:
        """Return the query string of this filter with changes."""
        one = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "qui": one.who,
            "quoi": one.what,
            "entite": one.entity,
            "texte": one.text,
            "du": one.since or "",
            "au": one.until or "",
            "par_page": one.per_page,
            "page": one.page,
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    @property
    def is_empty(self) -> bool:
        """Tell whether every line is asked for."""
        return not (self.who or self.what or self.entity or self.text or self.since or self.until)


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of lines and where it stands."""

    lines: list[AuditLine]
    total: int
    number: int
    page_count: int
    first: int
    last: int


def read_filter(values: QueryDict, today: dt.date) -> JournalFilter:
    """Return the filter that an address asks for."""
    per_page = _number(values.get("par_page", ""))
    return JournalFilter(
        who=_text(values, "qui"),
        what=_text(values, "quoi"),
        entity=_text(values, "entite"),
        text=_text(values, "texte"),
        since=_day(values.get("du", ""), today),
        until=_day(values.get("au", ""), today),
        page=min(max(_number(values.get("page", "")), 1), MAX_PAGE),
        per_page=per_page if per_page in SIZES else 50,
    )


def lines_for(user: User) -> QuerySet[AuditLine]:
    """Return what a user may read: the lines of his entities and his own; all if he sees every entity.

    A line without an entity tells of what all of them share: templates, users, imports.
    """
    scope, rows = scope_of(user), AuditLine.objects.order_by("-id")
    if scope.entity_ids is None:
        return rows
    codes = entities_in(scope).values("code")
    return rows.filter(Q(entity_code__in=codes) | Q(actor_user_id=user.pk))


def matching(user: User, criteria: JournalFilter) -> QuerySet[AuditLine]:
    """Return the lines that a user may read and a filter asks for."""
    rows = lines_for(user)
    if criteria.who:
        rows = rows.filter(Q(actor_name__icontains=criteria.who) | Q(address=criteria.who))
    if criteria.what:
        is_area = "." not in criteria.what
        rows = (
            rows.filter(action__startswith=f"{criteria.what}.")
            if is_area
            else rows.filter(action=criteria.what)
        )
    if criteria.entity:
        rows = rows.filter(entity_code=criteria.entity)
    if criteria.text:
        rows = rows.filter(Q(subject__icontains=criteria.text) | Q(request_id=criteria.text))
    if criteria.since:
        rows = rows.filter(at__gte=_midnight(criteria.since))
    if criteria.until:
        rows = rows.filter(at__lt=_midnight(criteria.until + dt.timedelta(days=1)))
    return rows


def journal_page(user: User, criteria: JournalFilter) -> JournalPage:
    """Return a page of the journal, the last one where a later one is asked."""
    rows = matching(user, criteria)
    total = rows.count()
    page_count = max(1, -(-total // criteria.per_page))
    number = min(criteria.page, page_count)
    start = (number - 1) * criteria.per_page
    lines = list(rows[start : start + criteria.per_page])
    return JournalPage(lines, total, number, page_count, start + 1 if lines else 0, start + len(lines))


def all_lines(user: User, criteria: JournalFilter) -> Iterator[AuditLine]:
    """Yield the lines of a filter, the newest first, in bounded memory and up to a bound."""
    rows, left = matching(user, criteria), MAX_EXPORTED
    page = list(rows[: min(LINES_AT_ONCE, left)])
    while page:
        yield from page
        left -= len(page)
        page = list(rows.filter(id__lt=page[-1].pk)[: min(LINES_AT_ONCE, left)]) if left else []


def entities_of(user: User) -> list[BillingEntity]:
    """Return the entities by which a user may filter."""
    return list(entities_in(scope_of(user)).order_by("name"))


def entity_codes(user: User) -> dict[int, str]:
    """Return the codes of the entities that a user sees, by their keys."""
    return dict(entities_in(scope_of(user)).values_list("pk", "code"))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=PARIS)


def _text(values: QueryDict, name: str) -> str:
    return values.get(name, "").replace("\0", "").strip()[:MAX_TEXT]


def _day(text: str, today: dt.date) -> dt.date | None:
    try:
        return typed_date(text, today=today)
    except Refusal:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
