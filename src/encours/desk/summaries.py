"""Count what accounts received, owe and are owed within a filter, from kept figures: a few queries a page."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet, Sum

from encours.core.ageing import Bucket, due_dates_of
from encours.core.days import month_end, month_number
from encours.desk.filters import AccountFilter
from encours.receivables.models import Invoice, InvoiceKind, Payment

Amounts = dict[str, int]
"""Minor units by currency; a currency without anything is absent."""

Ages = tuple[int, ...]
"""Minor units by age, in the order of ``Bucket``."""


@dataclass(slots=True)
class Summary:
    """Counts of invoices and amounts of one account, or of several added up."""

    issued: int = 0
    credit_notes_issued: int = 0
    open: int = 0
    overdue: int = 0
    remaining: Amounts = field(default_factory=dict)
    credit_notes: Amounts = field(default_factory=dict)
    payments: Amounts = field(default_factory=dict)
    ages: dict[str, Ages] = field(default_factory=dict, compare=False)  # of ``remaining``, per account only

    @property
    def credits(self) -> Amounts:
        """Return unused credit notes and unallocated payments together."""
        merged = dict(self.credit_notes)
        for currency, minor in self.payments.items():
            merged[currency] = merged.get(currency, 0) + minor
        return merged

    @property
    def currency_count(self) -> int:
        """Return how many lines of amounts its longest total has."""
        return max(len(self.remaining), len(self.credit_notes), len(self.payments))


def summarise(account_ids: Collection[int], criteria: AccountFilter, today: dt.date) -> dict[int, Summary]:
    """Return the summary of each account, by id, in three queries."""
    found: dict[int, Summary] = defaultdict(Summary)
    for account_id, kind, count in (
        issued_in_period(criteria, today)
        .filter(account_id__in=account_ids)
        .values_list("account_id", "kind")
        .annotate(number=Count("*"))
    ):
        _count_issued(found[account_id], kind, count)
    for account_id, kind, currency, count, overdue, minor, *ages in (
        unsettled(criteria, today)
        .filter(account_id__in=account_ids)
        .values_list("account_id", "kind", "currency")
        .annotate(
            number=Count("*"),
            late=Count("due_date", filter=Q(due_date__lt=today)),
            minor=Sum("remaining_minor"),
            **by_age(today),
        )
    ):
        _add_unsettled(found[account_id], kind, currency, (count, overdue, minor))
        if kind == InvoiceKind.INVOICE:
            found[account_id].ages[currency] = tuple(minor or 0 for minor in ages)
    for account_id, currency, minor in (
        unallocated(criteria, today)
        .filter(account_id__in=account_ids)
        .values_list("account_id", "currency")
        .annotate(minor=Sum("remaining_minor"))
    ):
        found[account_id].payments[currency] = minor
    return found


def by_age(today: dt.date) -> dict[str, Sum]:
    """Return the sums of what remains by age on a day, in the order of ``Bucket``."""
    return {f"of_{bucket.name.lower()}": _of_age(bucket, today) for bucket in Bucket}


def _of_age(bucket: Bucket, today: dt.date) -> Sum:
    earliest, latest = due_dates_of(bucket, today)
    after = Q() if earliest is None else Q(due_date__gte=earliest)
    return Sum("remaining_minor", filter=after if latest is None else after & Q(due_date__lte=latest))


def total(summaries: Iterable[Summary]) -> Summary:
    """Return the sum of summaries, currency by currency."""
    whole = Summary()
    for summary in summaries:
        whole.issued += summary.issued
        whole.credit_notes_issued += summary.credit_notes_issued
        whole.open += summary.open
        whole.overdue += summary.overdue
        _add(whole.remaining, summary.remaining)
        _add(whole.credit_notes, summary.credit_notes)
        _add(whole.payments, summary.payments)
    return whole


def issued_in_period(criteria: AccountFilter, today: dt.date) -> QuerySet[Invoice]:
    """Return the invoices and credit notes issued in the period of a filter, by a day."""
    rows = Invoice.objects.filter(issue_date__lte=today).order_by()
    if criteria.from_month is not None:
        rows = rows.filter(issue_month__gte=criteria.from_month)
    return rows.filter(issue_month__lte=_end(criteria, today))


def unsettled(criteria: AccountFilter, today: dt.date) -> QuerySet[Invoice]:
    """Return the invoices and credit notes not used up, none younger than the period."""
    rows = Invoice.objects.filter(remaining_minor__gt=0, issue_date__lte=today).order_by()
    return rows.filter(issue_month__lte=_end(criteria, today))


def unallocated(criteria: AccountFilter, today: dt.date) -> QuerySet[Payment]:
    """Return the payments not used up, none younger than the period."""
    day = min(today, month_end(_end(criteria, today)))
    return Payment.objects.filter(remaining_minor__gt=0, cancelled_on=None, date__lte=day).order_by()


def _end(criteria: AccountFilter, today: dt.date) -> int:
    last = criteria.last_month(today)
    return month_number(today) if last is None else last


def _count_issued(summary: Summary, kind: str, count: int) -> None:
    if kind == InvoiceKind.INVOICE:
        summary.issued = count
    else:
        summary.credit_notes_issued = count


def _add_unsettled(summary: Summary, kind: str, currency: str, counted: tuple[int, int, int]) -> None:
    count, overdue, minor = counted
    if kind == InvoiceKind.INVOICE:
        summary.open += count
        summary.overdue += overdue
        summary.remaining[currency] = minor
    else:
        summary.credit_notes[currency] = minor


def _add(whole: Amounts, part: Amounts) -> None:
    for currency, minor in part.items():
        whole[currency] = whole.get(currency, 0) + minor
