"""Decide, from kept figures alone, which accounts a filter lists.

An account is listed when it received an invoice or credit note in the period, or still owes an older
invoice. A case that asks for something open needs no such rule: what is open and not younger than the
period is either of the period or older.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from encours.access.scopes import Scope
from encours.core.ageing import Bucket, due_dates_of
from encours.core.days import month_number
from encours.core.search import normalise
from encours.desk.filters import AccountFilter, Age, Case
from encours.parties.models import Account
from encours.parties.name_index import ids_holding
from encours.receivables.figures import RECENT_MONTHS
from encours.receivables.models import Invoice, InvoiceKind

_BUCKETS = dict(zip(Age, Bucket, strict=True))
MOST_FROM_INDEX = 1_000
MOST_WORDS = 8
"""How many customers are taken from the index of names, and by how many words; where they are more, all
names are read."""
_OF_OPEN_INVOICES = frozenset({Case.OPEN, Case.OVERDUE, Case.NEVER_REMINDED, Case.REMINDED_UNPAID})
LIST_ORDER = ("entity_code", "search_name", "id")


def matching_accounts(scope: Scope, criteria: AccountFilter, today: dt.date) -> QuerySet[Account]:
    """Return the accounts of a scope that a filter lists on a day, in no order."""
    rows = scope.narrow(Account.objects.order_by())
    if criteria.entity_codes:
        rows = rows.filter(entity_code__in=criteria.entity_codes)
    text = normalise(criteria.client)
    if text:
        rows = _named(rows, text)
    if criteria.age is not None:
        rows = rows.filter(_has_of_age(criteria.age, criteria.last_month(today), today))
    return rows.filter(_in_case(criteria, today))


def counted_accounts(scope: Scope, criteria: AccountFilter, today: dt.date) -> QuerySet[Account]:
    """Return the same accounts, to be counted: where all owe something, the index of those that do tells."""
    rows = matching_accounts(scope, criteria, today)
    if criteria.case in _OF_OPEN_INVOICES:
        rows = rows.filter(oldest_open_issue_month__isnull=False)
    return rows


def _named(rows: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Return the accounts whose name holds a text: the index of names tells of whom, where they are few."""
    found = rows.filter(GreaterThan(StrIndex("search_name", Value(text)), Value(0)))
    words = sorted({word for word in text.split() if len(word) > 1}, key=len, reverse=True)
    candidates = ids_holding(words[:MOST_WORDS], MOST_FROM_INDEX) if words else None
    return found if candidates is None else found.filter(customer_id__in=candidates)


def _has_of_age(age: Age, last_month: int | None, today: dt.date) -> Q:
    """Return that an unpaid invoice is in a slice of the aged balance; of the last, the oldest one tells."""
    earliest, latest = due_dates_of(_BUCKETS[age], today)
    bounds = {"due_date__gte": earliest, "due_date__lte": latest}
    known = {name: day for name, day in bounds.items() if day is not None}
    old_enough = (
        Q(oldest_open_due_date__isnull=False) if latest is None else Q(oldest_open_due_date__lte=latest)
    )
    if earliest is None and last_month is None:
        return old_enough
    return old_enough & Q(id__in=open_invoices(today, last_month, **known).values("account_id"))


def open_invoices(today: dt.date, last_month: int | None, **conditions: Any) -> QuerySet[Invoice]:
    """Return the unpaid invoices issued by a day and not after the last month of a period."""
    rows = Invoice.objects.filter(kind=InvoiceKind.INVOICE, remaining_minor__gt=0, issue_date__lte=today)
    if last_month is not None:
        rows = rows.filter(issue_month__lte=last_month)
    return rows.filter(**conditions).order_by()


def _in_case(criteria: AccountFilter, today: dt.date) -> Q:
    last = criteria.last_month(today)
    listed, overdue = _is_listed(criteria.from_month, last, today), {"due_date__lt": today}
    conditions = {
        Case.ALL: lambda: listed,
        Case.OPEN: lambda: _has_by("oldest_open_issue_month", last),
        Case.OVERDUE: lambda: Q(oldest_open_due_date__lt=today) & _has_open(today, last, **overdue),
        Case.NEVER_REMINDED: lambda: (
            Q(oldest_unreminded_due_date__lt=today) & _has_open(today, last, **overdue, reminder_count=0)
        ),
        Case.REMINDED_UNPAID: lambda: (
            Q(reminded_open_count__gt=0) & _has_open(today, last, reminder_count__gt=0)
        ),
        Case.NO_EMAIL: lambda: listed & Q(is_reachable_by_email=False),
        Case.INCOMPLETE_ADDRESS: lambda: listed & Q(is_reachable_by_post=False),
        Case.CREDIT_NOTES: lambda: _has_by("oldest_unused_credit_month", last),
        Case.PAYMENTS: lambda: _has_by("oldest_unallocated_payment_month", last),
        Case.SETTLED: lambda: listed & _is_settled(last),
    }
    return conditions[criteria.case]()


def _has_by(column: str, last: int | None) -> Q:
    """Return that the oldest of something exists, and is not younger than the period."""
    return Q(**{f"{column}__isnull": False}) if last is None else Q(**{f"{column}__lte": last})


def _has_open(today: dt.date, last: int | None, **conditions: Any) -> Q:
    """Return that such an invoice is not younger than the period: the kept days do not know its month."""
    if last is None:
        return Q()
    wanted = open_invoices(today, last, **conditions).values("account_id")
    return Q(oldest_open_issue_month__lte=last, id__in=wanted)


def _is_settled(last: int | None) -> Q:
    return ~(
        _has_by("oldest_open_issue_month", last)
        | _has_by("oldest_unused_credit_month", last)
        | _has_by("oldest_unallocated_payment_month", last)
    )


def _is_listed(first: int | None, last: int | None, today: dt.date) -> Q:
    if first is None:
        has_document = _has_by("first_issue_month", last)
        return has_document | _has_by("oldest_unallocated_payment_month", last)
    return _received_in(first, last, today) | Q(oldest_open_issue_month__lt=first)


def _received_in(first: int, last: int | None, today: dt.date) -> Q:
    """Return that something was issued in the period; only its middle needs the bits of recent months.

    Where neither the first nor the last document is in the period, but it lies between them, the bits
    counted back from the last document tell; beyond them, which is rare, the invoices do.
    """
    if last is None:
        return Q(last_issue_month__gte=first, last_issue_month__lte=month_number(today))
    at_an_end = Q(first_issue_month__gte=first) | Q(last_issue_month__lte=last)
    distance: Any = F("last_issue_month") - Value(last)
    shifted = F("recent_issue_months").bitrightshift(distance)
    width = min(last - first + 1, RECENT_MONTHS)
    has_bit = Q(GreaterThan(shifted.bitand((1 << width) - 1), Value(0)))
    in_between = Q(last_issue_month__lt=last + RECENT_MONTHS) & has_bit
    if first + RECENT_MONTHS <= month_number(today):
        in_between |= _received_long_ago(first, last)
    return Q(first_issue_month__lte=last, last_issue_month__gte=first) & (at_an_end | in_between)


def _received_long_ago(first: int, last: int) -> Q:
    """Ask the invoices where the period begins before the bits of an account do."""
    invoices = Invoice.objects.filter(
        account_id=OuterRef("id"), issue_month__gte=first, issue_month__lte=last
    )
    return Q(last_issue_month__gte=first + RECENT_MONTHS) & Q(Exists(invoices))
