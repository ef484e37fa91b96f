"""Add up everything that a filter lists: one total per currency, never across currencies."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet, Sum

from encours.access.scopes import Scope
from encours.desk.filters import AccountFilter
from encours.desk.selection import matching_accounts
from encours.desk.summaries import Summary, issued_in_period, unallocated, unsettled
from encours.receivables.models import AccountBalance, InvoiceKind


def totals(scope: Scope, criteria: AccountFilter, today: dt.date) -> Summary:
    """Return the sum of the summaries of all the accounts that a filter lists.

    Its cost grows with the invoices of the period and the unpaid ones: the list loads it after the page.
    Kept balances serve where the period leaves no document out.
    """
    listed = matching_accounts(scope, criteria, today).values("id")
    whole = Summary()
    issued = issued_in_period(criteria, today).filter(account_id__in=listed)
    for kind, count in issued.values_list("kind").annotate(number=Count("id")):
        if kind == InvoiceKind.INVOICE:
            whole.issued = count
        else:
            whole.credit_notes_issued = count
    unpaid = unsettled(criteria, today).filter(account_id__in=listed, kind=InvoiceKind.INVOICE)
    counts = unpaid.aggregate(open=Count("id"), overdue=Count("id", filter=Q(due_date__lt=today)))
    whole.open, whole.overdue = counts["open"], counts["overdue"]
    if criteria.last_month(today) is None:
        _add_balances(whole, AccountBalance.objects.filter(account_id__in=listed))
    else:
        _add_documents(whole, scope, criteria, today)
    return whole


def _add_balances(whole: Summary, balances: QuerySet[AccountBalance]) -> None:
    rows = balances.order_by("currency").values_list("currency")
    for currency, owed, credit, paid in rows.annotate(
        owed=Sum("open_minor"), credit=Sum("credit_note_minor"), paid=Sum("payment_minor")
    ):
        for amounts, minor in ((whole.remaining, owed), (whole.credit_notes, credit), (whole.payments, paid)):
            if minor:
                amounts[currency] = minor


def _add_documents(whole: Summary, scope: Scope, criteria: AccountFilter, today: dt.date) -> None:
    listed = matching_accounts(scope, criteria, today).values("id")
    rows = unsettled(criteria, today).filter(account_id__in=listed).order_by("currency")
    for kind, currency, minor in rows.values_list("kind", "currency").annotate(minor=Sum("remaining_minor")):
        (whole.remaining if kind == InvoiceKind.INVOICE else whole.credit_notes)[currency] = minor
    free = unallocated(criteria, today).filter(account_id__in=listed).order_by("currency")
    for currency, minor in free.values_list("currency").annotate(minor=Sum("remaining_minor")):
        whole.payments[currency] = minor
