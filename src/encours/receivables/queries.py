"""Read what an account owes and is owed, on any day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce

from encours.access.scopes import Scope
from encours.core.days import days_late
from encours.core.money import Money
from encours.db import MinorField, among
from encours.receivables.models import Allocation, Hold, HoldKind, Invoice, InvoiceKind, Payment

_OPEN_INVOICE = (
    *("id", "account_id", "number", "issue_date", "due_date", "net_minor", "gross_minor", "currency"),
    *("reminder_count", "last_reminded_at"),
)
"""What is read of an invoice: in a mass reminder an instance would cost more than the query."""


@dataclass(frozen=True, slots=True)
class HoldInForce:
    """Why something is not reminded: a dispute, or a date until which it rests."""

    id: int
    kind: HoldKind
    until: dt.date | None
    reason: str
    author_name: str
    concerns_account: bool


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that is not settled on the day asked; ``hold`` is its own or else its account's."""

    id: int
    account_id: int
    number: str
    issue_date: dt.date
    due_date: dt.date
    net: Money
    gross: Money
    remaining: Money
    days_late: int
    reminder_count: int
    last_reminded_at: dt.datetime | None
    hold: HoldInForce | None

    @property
    def is_overdue(self) -> bool:
        """Tell whether the day asked is after the due date."""
        return self.days_late > 0


@dataclass(frozen=True, slots=True)
class UnusedCredit:
    """What is left of a credit note or of a payment on the day asked."""

    kind: str
    id: int
    account_id: int
    number: str
    date: dt.date
    amount: Money
    remaining: Money


def invoices_in(scope: Scope) -> QuerySet[Invoice]:
    """Return the invoices and credit notes of a scope with their account, entity and customer."""
    return scope.narrow(Invoice.objects.select_related("account__customer", "entity"))


def payments_in(scope: Scope) -> QuerySet[Payment]:
    """Return the payments of a scope with their account, entity and customer."""
    rows = Payment.objects.select_related("account__customer", "account__entity")
    return scope.narrow(rows, "account__entity_id")


def allocations_in(scope: Scope) -> QuerySet[Allocation]:
    """Return the allocations of a scope, counter-entries included."""
    rows = Allocation.objects.select_related("invoice__entity", "payment", "credit_note")
    return scope.narrow(rows, "invoice__entity_id")


def holds_in(scope: Scope) -> QuerySet[Hold]:
    """Return the holds of a scope, lifted ones included."""
    return scope.narrow(Hold.objects.select_related("account", "invoice"), "account__entity_id")


def open_invoices(scope: Scope, account_id: int, as_of: dt.date) -> list[OpenInvoice]:
    """Return the invoices of an account that are not settled on a day, by due date."""
    return open_invoices_of(scope, [account_id], as_of).get(account_id, [])


def open_invoices_of(
    scope: Scope, account_ids: Collection[int], as_of: dt.date
) -> dict[int, list[OpenInvoice]]:
    """Return the unsettled invoices of many accounts, by account id, in two queries."""
    rows = scope.narrow(
        with_remaining(Invoice.objects.filter(account_id__in=account_ids, kind=InvoiceKind.INVOICE), as_of)
    )
    holds = holds_in_force(account_ids, as_of)
    found: dict[int, list[OpenInvoice]] = defaultdict(list)
    for row in (
        rows.filter(remaining_then__gt=0)
        .order_by("due_date", "issue_date", "number", "id")
        .values_list(*_OPEN_INVOICE, "remaining_then", named=True)
    ):
        found[row.account_id].append(
            OpenInvoice(
                id=row.id,
                account_id=row.account_id,
                number=row.number,
                issue_date=row.issue_date,
                due_date=row.due_date,
                net=Money(row.net_minor, row.currency),
                gross=Money(row.gross_minor, row.currency),
                remaining=Money(row.remaining_then, row.currency),
                days_late=days_late(row.due_date, as_of),
                reminder_count=row.reminder_count,
                last_reminded_at=row.last_reminded_at,
                hold=holds.get((row.account_id, row.id)) or holds.get((row.account_id, None)),
            )
        )
    return dict(found)


def unused_credits(scope: Scope, account_id: int, as_of: dt.date) -> list[UnusedCredit]:
    """Return the credit notes and payments of an account that are not used up on a day, by date."""
    return unused_credits_of(scope, [account_id], as_of).get(account_id, [])


def unused_credits_of(
    scope: Scope, account_ids: Collection[int], as_of: dt.date
) -> dict[int, list[UnusedCredit]]:
    """Return the unused credit notes and payments of many accounts, by account id, in two queries."""
    notes = scope.narrow(
        with_remaining(
            Invoice.objects.filter(account_id__in=account_ids, kind=InvoiceKind.CREDIT_NOTE), as_of
        )
    ).filter(remaining_then__gt=0)
    payments = scope.narrow(
        payments_with_remaining(Payment.objects.filter(account_id__in=account_ids), as_of),
        "account__entity_id",
    ).filter(remaining_then__gt=0)
    found: dict[int, list[UnusedCredit]] = defaultdict(list)
    for note in notes:
        amount, left = Money(note.gross_minor, note.currency), Money(note.remaining_then, note.currency)
        found[note.account_id].append(
            UnusedCredit("credit_note", note.id, note.account_id, note.number, note.issue_date, amount, left)
        )
    for row in payments:
        amount, left = Money(row.amount_minor, row.currency), Money(row.remaining_then, row.currency)
        found[row.account_id].append(
            UnusedCredit("payment", row.id, row.account_id, row.reference, row.date, amount, left)
        )
    for rows in found.values():
        rows.sort(key=lambda credit: (credit.date, credit.kind, credit.number, credit.id))
    return dict(found)


def with_remaining(rows: QuerySet[Invoice], day: dt.date) -> QuerySet[Any]:
    """Return the invoices and credit notes issued by a day, with ``remaining_then``: what is left on it."""
    as_invoice, as_credit_note = _used("invoice", day), _used("credit_note", day)
    return rows.filter(issue_date__lte=day).annotate(
        remaining_then=F("gross_minor") - as_invoice - as_credit_note
    )


def payments_with_remaining(rows: QuerySet[Payment], day: dt.date) -> QuerySet[Any]:
    """Return the payments received by a day and not cancelled on it, with ``remaining_then``."""
    alive = rows.filter(Q(cancelled_on=None) | Q(cancelled_on__gt=day), date__lte=day)
    return alive.annotate(remaining_then=F("amount_minor") - _used("payment", day))


def _used(side: str, day: dt.date) -> Coalesce:
    """Return what the entries dated by a day use of one side; PostgreSQL sums to a numeric: cast back."""
    total = (
        Allocation.objects.filter(**{side: OuterRef("id"), "date__lte": day})
        .order_by()
        .values(side)
        .annotate(total=Cast(Sum("amount_minor"), MinorField()))
        .values("total")
    )
    return Coalesce(Subquery(total), Value(0), output_field=MinorField())


def holds_in_force(account_ids: Collection[int], as_of: dt.date) -> dict[tuple[int, int | None], HoldInForce]:
    """Return the holds of accounts by (account id, invoice id or None); a dispute comes before a date.

    A postponement «jusqu'au» a day still holds on that day.
    """
    rows = Hold.objects.filter(account_id__in=among(account_ids), lifted_at=None)
    in_force = rows.filter(Q(kind=HoldKind.DISPUTE) | Q(until__gte=as_of)).order_by("id")
    found: dict[tuple[int, int | None], HoldInForce] = {}
    for row in in_force:
        key = (row.account_id, row.invoice_id)
        if key not in found or row.kind == HoldKind.DISPUTE:
            found[key] = HoldInForce(
                row.id, HoldKind(row.kind), row.until, row.reason, row.author_name, row.invoice_id is None
            )
    return found
