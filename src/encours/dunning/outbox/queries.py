"""Read the outbox for the screen: the messages that a user may see, their tries, reports and counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import QueryDict

from encours.access.scopes import Scope
from encours.delivery.models import Attempt, DeliveryReport, MessageState, OutboxMessage
from encours.dunning.models import Reminder
from encours.dunning.notices.queries import notices_in
from encours.dunning.notices.telling import REFERENCE as APPROVAL_REFERENCE
from encours.dunning.runs.queries import runs_in
from encours.dunning.runs.reporting import REFERENCE as RUN_REFERENCE

STATES: dict[str, tuple[MessageState, ...]] = {
    "en_attente": (MessageState.QUEUED,),
    "en_cours": (MessageState.CLAIMED, MessageState.TRANSMITTING),
    "envoyees": (MessageState.SENT,),
    "refusees": (MessageState.REFUSED,),
    "incertaines": (MessageState.UNCERTAIN,),
    "annulees": (MessageState.CANCELLED,),
}
"""What the filter «État» sends, and the states that it stands for."""
SIZES = (25, 50, 100, 200)
MAX_PAGE = 10**6
MAX_TEXT = 200
MAX_ATTEMPTS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFilter:
    """Which messages are shown; what a query does not know is as at first."""

    state: str = ""
    text: str = ""
    page: int = 1
    per_page: int = 50

    def query(self, **changes: str | int) -> str:
        """Return the query string of this filter with changes."""
        one = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {"etat": one.state, "texte": one.text, "par_page": one.per_page, "page": one.page}
        return urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the screen shows it; no reminder where it is a summary or a trial."""

    message: OutboxMessage
    reminder: Reminder | None
    attempts: Sequence[Attempt]
    reports: Sequence[DeliveryReport]


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """A page of messages, where it stands, and how many messages of each state the text finds."""

    rows: list[Row]
    counts: dict[str, int]
    total: int
    number: int
    page_count: int
    first: int
    last: int


def read_filter(values: QueryDict) -> OutboxFilter:
    """Return the filter that an address asks for."""
    state = values.get("etat", "")
    per_page = _number(values.get("par_page", ""))
    return OutboxFilter(
        state=state if state in STATES else "",
        text=values.get("texte", "").replace("\0", "").strip()[:MAX_TEXT],
        page=min(max(_number(values.get("page", "")), 1), MAX_PAGE),
        per_page=per_page if per_page in SIZES else 50,
    )


def messages_in(scope: Scope) -> QuerySet[OutboxMessage]:
    """Return the messages of a scope, the newest first.

    They are those of its reminders, the summaries of its runs, and what told approvers that one of its runs
    or notices waits.
    """
    rows = OutboxMessage.objects.order_by("-pk")
    if scope.entity_ids is None:
        return rows
    own = Reminder.objects.filter(reference=OuterRef("reference"), entity_id__in=scope.entity_ids)
    runs = runs_in(scope)
    is_about = _is_about(runs, RUN_REFERENCE) | _is_about(runs, f"{APPROVAL_REFERENCE}{RUN_REFERENCE}")
    return rows.filter(Q(Exists(own)) | is_about | _is_about(notices_in(scope), APPROVAL_REFERENCE))


def _is_about(rows: QuerySet[Any], beginning: str) -> Q:
    """Find the messages whose reference is a beginning and the number of a row, alone or before a «-»."""
    own = Concat(Value(beginning), Cast("pk", CharField()), Value("-"))
    asked = Concat(OuterRef("reference"), Value("-"), output_field=CharField())
    named = rows.order_by().annotate(own=own, asked=asked).filter(asked__startswith=F("own"))
    return Q(reference__startswith=beginning) & Q(Exists(named))


def matching(scope: Scope, criteria: OutboxFilter) -> QuerySet[OutboxMessage]:
    """Return the messages of a scope that a filter asks for."""
    rows = _with_text(scope, criteria)
    return rows.filter(state__in=STATES[criteria.state]) if criteria.state else rows


def outbox_page(scope: Scope, criteria: OutboxFilter) -> OutboxPage:
    """Return a page of the outbox, the last one where a later one is asked."""
    by_state = dict(_with_text(scope, criteria).order_by().values_list("state").annotate(Count("pk")))
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in STATES.items()}
    total = counts[criteria.state] if criteria.state else sum(counts.values())
    page_count = max(1, -(-total // criteria.per_page))
    number = min(criteria.page, page_count)
    start = (number - 1) * criteria.per_page
    rows = _rows(list(matching(scope, criteria)[start : start + criteria.per_page]))
    return OutboxPage(
        rows=rows,
        counts=counts,
        total=total,
        number=number,
        page_count=page_count,
        first=start + 1 if rows else 0,
        last=start + len(rows),
    )


def _with_text(scope: Scope, criteria: OutboxFilter) -> QuerySet[OutboxMessage]:
    rows = messages_in(scope)
    if not criteria.text:
        return rows
    return rows.filter(Q(recipient__icontains=criteria.text) | Q(reference__icontains=criteria.text))


def _rows(messages: list[OutboxMessage]) -> list[Row]:
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    reports: dict[int, list[DeliveryReport]] = defaultdict(list)
    for attempt in Attempt.objects.filter(message__in=messages).order_by("message_id", "number")[
        :MAX_ATTEMPTS
    ]:
        attempts[attempt.message_id].append(attempt)
    for report in DeliveryReport.objects.filter(message__in=messages).order_by("pk")[:MAX_ATTEMPTS]:
        reports[report.message_id].append(report)
    found = Reminder.objects.filter(reference__in={message.reference for message in messages})
    reminders = {row.reference: row for row in found.select_related("account__customer")}
    return [Row(one, reminders.get(one.reference), attempts[one.pk], reports[one.pk]) for one in messages]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
