"""Add up everything that a filter lists: one total per currency, never across currencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from encours.access.scopes import RowT, Scope
from encours.core.days import month_number
from encours.core.search import normalise
from encours.desk.filters import AccountFilter, Case
from encours.desk.selection import matching_accounts
from encours.desk.summaries import Summary, issued_in_period, unallocated, unsettled
from encours.receivables.models import AccountBalance, Invoice, InvoiceKind, MonthFlow

FEW = 1_000
"""Of how many accounts a text of a name may leave the documents are found account by account."""


def totals(scope: Scope, criteria: AccountFilter, today: dt.date) -> Summary:
    """Return the sum of the summaries of all the accounts that a filter lists.

    Its cost grows with the unpaid invoices, and with those of the period where a case or a text chooses
    accounts: the list loads it after the page. Kept balances serve where the period leaves no document out.
    """
    whole = Summary()
    if _lists_all_that_is_due(criteria):
        _add_months(whole, scope, criteria, today)
        unpaid = _of_entities(unsettled(criteria, today), scope, criteria)
    else:
        listed = matching_accounts(scope, criteria, today)
        issued = issued_in_period(criteria, today).filter(account_id__in=listed.values("id"))
        _count_issued(whole, dict(issued.values_list("kind").annotate(number=Count("*"))))
        unpaid = unsettled(criteria, today).filter(_is_listed(scope, criteria, today))
    counts = unpaid.filter(kind=InvoiceKind.INVOICE).aggregate(
        open=Count("*"), overdue=Count("due_date", filter=Q(due_date__lt=today))
    )
    whole.open, whole.overdue = counts["open"], counts["overdue"]
    if criteria.last_month(today) is None:
        _add_balances(whole, AccountBalance.objects.filter(_is_listed(scope, criteria, today)))
    else:
        _add_documents(whole, scope, criteria, today)
    return whole


def _lists_all_that_is_due(criteria: AccountFilter) -> bool:
    """Tell whether no document of the period and no unpaid invoice is of an account that is not listed."""
    return criteria.case == Case.ALL and not normalise(criteria.client) and criteria.age is None


def _is_listed(scope: Scope, criteria: AccountFilter, today: dt.date) -> Q | Exists:
    """Return the condition on a row that its account is listed.

    The rows of a few accounts are found by their ids; of 90,000 ids this took four times as long as asking
    each row for its account.
    """
    listed = matching_accounts(scope, criteria, today)
    if criteria.client and len(listed.values_list("id")[: FEW + 1]) <= FEW:
        return Q(account_id__in=listed.values("id"))
    return Exists(listed.filter(id=OuterRef("account_id")))


def _of_entities(rows: QuerySet[RowT], scope: Scope, criteria: AccountFilter) -> QuerySet[RowT]:
    rows = scope.narrow(rows)
    return rows.filter(entity__code__in=criteria.entity_codes) if criteria.entity_codes else rows


def _add_months(whole: Summary, scope: Scope, criteria: AccountFilter, today: dt.date) -> None:
    """Count what was issued from the months kept, less what they hold of days to come."""
    last = criteria.last_month(today)
    period = {"gte": criteria.from_month, "lte": month_number(today) if last is None else last}
    known = {name: month for name, month in period.items() if month is not None}
    months = MonthFlow.objects.filter(**{f"month__{name}": month for name, month in known.items()})
    counted = _of_entities(months, scope, criteria).aggregate(
        invoice=Sum("invoice_count"), credit_note=Sum("credit_note_count")
    )
    to_come = Invoice.objects.filter(
        account__next_issue_date__isnull=False,
        issue_date__gt=today,
        **{f"issue_month__{name}": month for name, month in known.items()},
    )
    later = _of_entities(to_come.order_by(), scope, criteria).values_list("kind").annotate(number=Count("*"))
    not_yet = dict(later)
    _count_issued(whole, {kind: (count or 0) - not_yet.get(kind, 0) for kind, count in counted.items()})


def _count_issued(whole: Summary, counts: Mapping[str, int]) -> None:
    whole.issued = counts.get(InvoiceKind.INVOICE, 0)
    whole.credit_notes_issued = counts.get(InvoiceKind.CREDIT_NOTE, 0)


def _add_balances(whole: Summary, balances: QuerySet[AccountBalance]) -> None:
    rows = balances.order_by("currency").values_list("currency")
    for currency, owed, credit, paid in rows.annotate(
        owed=Sum("open_minor"), credit=Sum("credit_note_minor"), paid=Sum("payment_minor")
    ):
        for amounts, minor in ((whole.remaining, owed), (whole.credit_notes, credit), (whole.payments, paid)):
            if minor:
                amounts[currency] = minor


def _add_documents(whole: Summary, scope: Scope, criteria: AccountFilter, today: dt.date) -> None:
    listed = _is_listed(scope, criteria, today)
    rows = unsettled(criteria, today).filter(listed).order_by("currency")
    for kind, currency, minor in rows.values_list("kind", "currency").annotate(minor=Sum("remaining_minor")):
        (whole.remaining if kind == InvoiceKind.INVOICE else whole.credit_notes)[currency] = minor
    free = unallocated(criteria, today).filter(listed).order_by("currency")
    for currency, minor in free.values_list("currency").annotate(minor=Sum("remaining_minor")):
        whole.payments[currency] = minor
