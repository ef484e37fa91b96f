"""Answer a filter for any past day, from documents, allocations and reminders dated on or before it.

No kept figure is read: on today's date this must give what the list gives, which a test proves.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from encours.access.scopes import Scope
from encours.core.days import PARIS, month_number
from encours.core.search import normalise
from encours.desk.filters import AccountFilter, Case
from encours.desk.selection import LIST_ORDER
from encours.desk.summaries import Amounts, Summary
from encours.dunning.models import ReminderLine
from encours.parties.models import Account
from encours.receivables.models import Invoice, InvoiceKind, Payment
from encours.receivables.queries import payments_with_remaining, with_remaining

ACCOUNTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Document:
    month: int
    due_date: dt.date
    is_invoice: bool
    currency: str
    remaining: int
    was_reminded: bool


@dataclass(slots=True)
class _Account:
    """What existed of an account on the day, none of it younger than the period."""

    documents: list[_Document] = field(default_factory=list)
    payments: list[tuple[str, int]] = field(default_factory=list)


def accounts_on(scope: Scope, criteria: AccountFilter, day: dt.date) -> Iterator[tuple[Account, Summary]]:
    """Yield every account that a filter lists on a day, with its summary, in the order of the list."""
    rows = scope.narrow(Account.objects.select_related("entity", "customer").order_by(*LIST_ORDER))
    if criteria.entity_codes:
        rows = rows.filter(entity_code__in=criteria.entity_codes)
    text = normalise(criteria.client)
    accounts = [account for account in rows if text in account.search_name]
    for start in range(0, len(accounts), ACCOUNTS_AT_ONCE):
        chunk = accounts[start : start + ACCOUNTS_AT_ONCE]
        known = _read([account.id for account in chunk], criteria, day)
        for account in chunk:
            facts = known[account.id]
            if _matches(account, facts, criteria, day):
                yield account, _summary(facts, criteria, day)


def _read(account_ids: list[int], criteria: AccountFilter, day: dt.date) -> dict[int, _Account]:
    last = month_number(day) if criteria.to_month is None else criteria.to_month
    end_of_day = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=PARIS)
    lines = ReminderLine.objects.filter(
        reminder__account_id__in=account_ids, reminder__counts=True, reminder__created_at__lt=end_of_day
    )
    reminded = set(lines.values_list("invoice_id", flat=True))
    found: dict[int, _Account] = defaultdict(_Account)
    for row in with_remaining(Invoice.objects.filter(account_id__in=account_ids), day):
        document = _Document(
            month=month_number(row.issue_date),
            due_date=row.due_date,
            is_invoice=row.kind == InvoiceKind.INVOICE,
            currency=row.currency,
            remaining=row.remaining_then,
            was_reminded=row.id in reminded,
        )
        if document.month <= last:
            found[row.account_id].documents.append(document)
    for payment in payments_with_remaining(Payment.objects.filter(account_id__in=account_ids), day):
        if payment.remaining_then and month_number(payment.date) <= last:
            found[payment.account_id].payments.append((payment.currency, payment.remaining_then))
    return found


def _matches(account: Account, facts: _Account, criteria: AccountFilter, day: dt.date) -> bool:
    unpaid = [d for d in facts.documents if d.is_invoice and d.remaining]
    credits = [d for d in facts.documents if not d.is_invoice and d.remaining]
    overdue = [d for d in unpaid if d.due_date < day]
    listed = _is_listed(facts, unpaid, criteria.from_month)
    answers = {
        Case.ALL: listed,
        Case.OPEN: bool(unpaid),
        Case.OVERDUE: bool(overdue),
        Case.NEVER_REMINDED: any(not d.was_reminded for d in overdue),
        Case.REMINDED_UNPAID: any(d.was_reminded for d in unpaid),
        Case.NO_EMAIL: listed and not account.is_reachable_by_email,
        Case.INCOMPLETE_ADDRESS: listed and not account.is_reachable_by_post,
        Case.CREDIT_NOTES: bool(credits),
        Case.PAYMENTS: bool(facts.payments),
        Case.SETTLED: listed and not (unpaid or credits or facts.payments),
    }
    return answers[criteria.case]


def _is_listed(facts: _Account, unpaid: list[_Document], first: int | None) -> bool:
    if first is None:
        return bool(facts.documents or facts.payments)
    return any(d.month >= first for d in facts.documents) or any(d.month < first for d in unpaid)


def _summary(facts: _Account, criteria: AccountFilter, day: dt.date) -> Summary:
    first = criteria.from_month
    issued = [d for d in facts.documents if first is None or d.month >= first]
    unpaid = [d for d in facts.documents if d.is_invoice and d.remaining]
    return Summary(
        issued=sum(d.is_invoice for d in issued),
        credit_notes_issued=sum(not d.is_invoice for d in issued),
        open=len(unpaid),
        overdue=sum(d.due_date < day for d in unpaid),
        remaining=_sums((d.currency, d.remaining) for d in unpaid),
        credit_notes=_sums((d.currency, d.remaining) for d in facts.documents if not d.is_invoice),
        payments=_sums(iter(facts.payments)),
    )


def _sums(amounts: Iterator[tuple[str, int]]) -> Amounts:
    found: Amounts = {}
    for currency, minor in amounts:
        if minor:
            found[currency] = found.get(currency, 0) + minor
    return found
