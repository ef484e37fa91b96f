"""Read the lines under an account: its unpaid invoices, and its reminders within a window of time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from encours.core.days import PARIS, days_late
from encours.core.money import Money
from encours.desk.filters import AccountFilter
from encours.desk.summaries import unsettled
from encours.dunning.models import DeliveryState, Mode, Reminder, ReminderLine
from encours.receivables.models import InvoiceKind
from encours.receivables.queries import HoldInForce, holds_in_force

LINES_PER_ACCOUNT = 100
"""How many lines of each sort an account shows in the list; its statement shows the others."""

_HISTORY_FIELDS = (
    *("reminder_id", "invoice_id", "number", "net_minor", "gross_minor", "currency", "due_date"),
    *("reminder__account_id", "reminder__reference", "reminder__issued_at", "reminder__created_at"),
    *("reminder__mode", "reminder__delivery_state", "reminder__printed_at", "reminder__printed_by_name"),
    *("invoice__remaining_minor", "invoice__due_date"),
)
"""What a line of the history takes: reading whole reminders and invoices took three times as long."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An unpaid invoice as the list shows it."""

    id: int
    number: str
    issue_date: dt.date
    due_date: dt.date
    net: Money
    gross: Money
    remaining: Money
    days_late: int
    last_reminded_at: dt.datetime | None
    is_before_period: bool
    hold: HoldInForce | None

    @property
    def is_overdue(self) -> bool:
        """Tell whether the due date has passed."""
        return self.days_late > 0

    @property
    def is_partly_paid(self) -> bool:
        """Tell whether something was already allocated to it."""
        return self.remaining != self.gross


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One invoice of one reminder, amounts as frozen, with the state of both today."""

    reminder_id: int
    reference: str
    made_at: dt.datetime
    mode: Mode
    delivery_state: DeliveryState
    printed_at: dt.datetime | None
    printed_by_name: str
    invoice_id: int
    number: str
    net: Money
    gross: Money
    due_date: dt.date
    remaining: Money
    days_late: int

    @property
    def is_letter(self) -> bool:
        """Tell whether it left, or will leave, on paper."""
        return self.mode == Mode.LETTER


def invoice_lines(
    account_ids: Collection[int], criteria: AccountFilter, today: dt.date
) -> dict[int, list[InvoiceLine]]:
    """Return the unpaid invoices of accounts by due date, by account id, in two queries."""
    holds = holds_in_force(account_ids, today)
    rows = _first_of_each(
        unsettled(criteria, today).filter(account_id__in=account_ids, kind=InvoiceKind.INVOICE),
        "account_id",
        ("due_date", "number", "id"),
    )
    found: dict[int, list[InvoiceLine]] = defaultdict(list)
    for row in rows.order_by("account_id", "due_date", "number", "id"):
        found[row.account_id].append(
            InvoiceLine(
                id=row.id,
                number=row.number,
                issue_date=row.issue_date,
                due_date=row.due_date,
                net=Money(row.net_minor, row.currency),
                gross=Money(row.gross_minor, row.currency),
                remaining=Money(row.remaining_minor, row.currency),
                days_late=days_late(row.due_date, today),
                last_reminded_at=row.last_reminded_at,
                is_before_period=criteria.from_month is not None and row.issue_month < criteria.from_month,
                hold=holds.get((row.account_id, row.id)) or holds.get((row.account_id, None)),
            )
        )
    return found


def history_lines(
    account_ids: Collection[int], criteria: AccountFilter, today: dt.date
) -> dict[int, list[HistoryLine]]:
    """Return the reminders made within the window, newest first, by account id, in one query."""
    rows = ReminderLine.objects.filter(
        reminder__account_id__in=account_ids, **_made_within(criteria, today, "reminder__")
    )
    order = ("-reminder__created_at", "-reminder_id", "due_date", "number", "id")
    found: dict[int, list[HistoryLine]] = defaultdict(list)
    limited = _first_of_each(rows, "reminder__account_id", order).order_by("reminder__account_id", *order)
    for row in limited.values_list(*_HISTORY_FIELDS, named=True):
        found[row.reminder__account_id].append(
            HistoryLine(
                reminder_id=row.reminder_id,
                reference=row.reminder__reference,
                made_at=row.reminder__issued_at or row.reminder__created_at,
                mode=Mode(row.reminder__mode),
                delivery_state=DeliveryState(row.reminder__delivery_state),
                printed_at=row.reminder__printed_at,
                printed_by_name=row.reminder__printed_by_name,
                invoice_id=row.invoice_id,
                number=row.number,
                net=Money(row.net_minor, row.currency),
                gross=Money(row.gross_minor, row.currency),
                due_date=row.due_date,
                remaining=Money(row.invoice__remaining_minor, row.currency),
                days_late=days_late(row.invoice__due_date, today),
            )
        )
    return found


def accounts_with_history(account_ids: Collection[int], criteria: AccountFilter, today: dt.date) -> set[int]:
    """Return which accounts have a reminder made within the window, in one query."""
    rows = Reminder.objects.filter(account_id__in=account_ids, **_made_within(criteria, today))
    return set(rows.order_by().values_list("account_id", flat=True).distinct())


def _made_within(criteria: AccountFilter, today: dt.date, path: str = "") -> dict[str, dt.datetime]:
    start = criteria.history_start(today)
    if start is None:
        return {}
    return {f"{path}created_at__gte": dt.datetime.combine(start, dt.time(), tzinfo=PARIS)}


def _first_of_each(rows: Any, partition: str, order: tuple[str, ...]) -> Any:
    """Keep the first lines of each account, so that one account cannot fill the memory."""
    by = [F(name.removeprefix("-")).desc() if name.startswith("-") else F(name).asc() for name in order]
    numbered = rows.annotate(rank=Window(RowNumber(), partition_by=F(partition), order_by=by))
    return numbered.filter(rank__lte=LINES_PER_ACCOUNT)
