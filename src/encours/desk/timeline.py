"""Read all that was said and paid on one account, newest first: as many queries whatever its past.

Each source gives its latest rows before a mark, and the newest of all are kept; what only has a day stands at
its first instant.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from encours.core.days import PARIS, paris_date
from encours.delivery.models import MessageState, OutboxMessage
from encours.desk.events import (
    Event,
    allocation_event,
    cancellation_event,
    credit_note_event,
    hold_event,
    lifting_event,
    notice_event,
    payment_event,
    reminder_event,
)
from encours.dunning.models import FormalNotice, Reminder
from encours.receivables.models import Allocation, Hold, Invoice, InvoiceKind, Payment

PAGE = 20
"""How many events are shown at a time."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """The place of an event among all: what is older comes below it."""

    moment: dt.datetime
    rank: int
    id: int

    def __str__(self) -> str:
        return f"{(self.moment - _EPOCH) // _MICROSECOND}.{self.rank}.{self.id}"


def read_mark(text: str) -> Mark:
    """Return the mark that an address names; raise ValueError for what is none."""
    found = re.fullmatch(r"(-?[0-9]{1,17})\.([0-9])\.([0-9]{1,18})", text)
    if found is None:
        raise ValueError(text)
    micros, rank, key = (int(part) for part in found.groups())
    try:
        return Mark(_EPOCH + micros * _MICROSECOND, rank, key)
    except OverflowError as error:
        raise ValueError(text) from error


@dataclass(frozen=True, slots=True)
class _Source:
    rows: QuerySet[Any]
    field: str
    describe: Callable[[Any], Event]

    def moment(self, row: Any) -> dt.datetime:
        at: dt.datetime | dt.date = getattr(row, self.field)
        return at if isinstance(at, dt.datetime) else _midnight(at)

    def before(self, mark: Mark, rank: int) -> Q:
        field = self.rows.model._meta.get_field(self.field)
        at: dt.datetime | dt.date = mark.moment
        if field.get_internal_type() == "DateField":
            at = paris_date(mark.moment)
            rank = rank if _midnight(at) == mark.moment else -1
        if rank < mark.rank:
            return Q(**{f"{self.field}__lte": at})
        older = Q(**{f"{self.field}__lt": at})
        return older | Q(**{self.field: at, "id__lt": mark.id}) if rank == mark.rank else older


def timeline(account_id: int, before: Mark | None = None) -> tuple[list[Event], Mark | None]:
    """Return the events older than a mark, newest first, and the mark of the next page if there is one."""
    found: list[tuple[Mark, _Source, Any]] = []
    for rank, source in enumerate(_sources(account_id)):
        rows = source.rows.filter(source.before(before, rank)) if before else source.rows
        latest = rows.order_by(f"-{source.field}", "-id")[: PAGE + 1]
        found += [(Mark(source.moment(row), rank, row.pk), source, row) for row in latest]
    found.sort(key=lambda one: one[0], reverse=True)
    shown = found[:PAGE]
    replies = _refusals([row.reference for _mark, _source, row in shown if isinstance(row, Reminder)])
    for _mark, _source, row in shown:
        row.refusals = replies.get(getattr(row, "reference", ""), [])
    events = [source.describe(row) for _mark, source, row in shown]
    return events, shown[-1][0] if len(found) > PAGE else None


def _sources(account_id: int) -> tuple[_Source, ...]:
    """Return the sources; of two on the same instant, the later one stands above."""
    invoices, holds = Invoice.objects.filter(account_id=account_id), Hold.objects.select_related("invoice")
    payments = Payment.objects.filter(account_id=account_id)
    allocations = Allocation.objects.filter(invoice__account_id=account_id)
    of_account = holds.filter(account_id=account_id)
    return (
        _Source(invoices.filter(kind=InvoiceKind.CREDIT_NOTE), "issue_date", credit_note_event),
        _Source(payments, "date", payment_event),
        _Source(allocations.select_related("invoice", "payment", "credit_note"), "date", allocation_event),
        _Source(payments.filter(cancelled_on__isnull=False), "cancelled_on", cancellation_event),
        _Source(of_account, "created_at", hold_event),
        _Source(of_account.filter(lifted_at__isnull=False), "lifted_at", lifting_event),
        _Source(FormalNotice.objects.filter(account_id=account_id), "prepared_at", notice_event),
        _Source(Reminder.objects.filter(account_id=account_id), "created_at", reminder_event),
    )


def _refusals(references: list[str]) -> dict[str, list[str]]:
    """Return who refused each reminder and why, in one query."""
    found: dict[str, list[str]] = {}
    rows = OutboxMessage.objects.filter(reference__in=references, state=MessageState.REFUSED).order_by("id")
    for row in rows.values_list("reference", "recipient", "last_reply"):
        found.setdefault(row[0], []).append(f"{row[1]} – {row[2]}" if row[2] else row[1])
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=PARIS)
