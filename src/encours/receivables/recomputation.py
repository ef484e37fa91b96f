"""Recompute from documents and allocations alone every figure that is kept, and compare.

Nothing here reads a kept amount to compute one: remaining amounts come from the allocations.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Max, Min, Sum

from encours.core.days import month_number
from encours.parties.models import Account
from encours.receivables.figures import RECENT_MONTHS
from encours.receivables.models import (
    AccountBalance,
    Allocation,
    Invoice,
    InvoiceKind,
    Payment,
)

ACCOUNTS_AT_ONCE = 2_000
"""How many account ids one pass loads into memory."""

KEPT_ON_ACCOUNT = (
    "invoice_count",
    "first_issue_month",
    "last_issue_month",
    "recent_issue_months",
    "open_invoice_count",
    "oldest_open_issue_month",
    "oldest_open_due_date",
    "oldest_unreminded_due_date",
    "reminded_open_count",
    "oldest_unused_credit_month",
    "oldest_unallocated_payment_month",
    "next_issue_date",
)

Balance = tuple[int, int, int]
"""Open invoices, unused credit notes and unallocated payments of one currency, in minor units."""


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """One invoice or credit note, with what is left of it according to its allocations."""

    issue_date: dt.date
    due_date: dt.date
    is_credit_note: bool
    currency: str
    remaining_minor: int
    was_reminded: bool

    @property
    def month(self) -> int:
        """Return the month of issue."""
        return month_number(self.issue_date)


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """One payment that was not cancelled, with what its allocations leave."""

    date: dt.date
    currency: str
    remaining_minor: int


@dataclass(slots=True)
class AccountFacts:
    """All that an account's figures follow from."""

    invoices: list[InvoiceFacts] = field(default_factory=list)
    payments: list[PaymentFacts] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """What should be kept: columns of the account, balance by currency."""

    columns: dict[str, object]
    balances: dict[str, Balance]


@dataclass(frozen=True, slots=True)
class Report:
    """How many figures were compared, and a sentence for each that differs."""

    checked: int
    problems: list[str]


def compute_figures(facts: AccountFacts, today: dt.date) -> Figures:
    """Return what should be kept of an account on a day."""
    issued = [invoice for invoice in facts.invoices if invoice.issue_date <= today]
    received = [payment for payment in facts.payments if payment.date <= today]
    unpaid = [i for i in issued if not i.is_credit_note and i.remaining_minor]
    credits = [i for i in issued if i.is_credit_note and i.remaining_minor]
    free = [payment for payment in received if payment.remaining_minor]
    later = [i.issue_date for i in facts.invoices if i.issue_date > today]
    later += [payment.date for payment in facts.payments if payment.date > today]
    columns: dict[str, object] = {
        "invoice_count": sum(not i.is_credit_note for i in issued),
        "first_issue_month": min((i.month for i in issued), default=None),
        "last_issue_month": max((i.month for i in issued), default=None),
        "recent_issue_months": _recent_months(issued),
        "open_invoice_count": len(unpaid),
        "oldest_open_issue_month": min((i.month for i in unpaid), default=None),
        "oldest_open_due_date": min((i.due_date for i in unpaid), default=None),
        "oldest_unreminded_due_date": min((i.due_date for i in unpaid if not i.was_reminded), default=None),
        "reminded_open_count": sum(i.was_reminded for i in unpaid),
        "oldest_unused_credit_month": min((i.month for i in credits), default=None),
        "oldest_unallocated_payment_month": min((month_number(p.date) for p in free), default=None),
        "next_issue_date": min(later, default=None),
    }
    return Figures(columns, _balances(unpaid, credits, free))


def check(*, today: dt.date) -> Report:
    """Compare every kept figure with its recomputation; the caller brought the accounts up to date."""
    ends = Account.objects.aggregate(first=Min("id"), last=Max("id"))
    checked, problems = 0, list[str]()
    if ends["first"] is None:
        return Report(0, problems)
    for start in range(ends["first"], ends["last"] + 1, ACCOUNTS_AT_ONCE):
        report = _check_range(start, start + ACCOUNTS_AT_ONCE, today)
        checked += report.checked
        problems += report.problems
    return Report(checked, problems)


def check_newest(*, count: int, today: dt.date) -> Report:
    """Compare the kept figures of the newest accounts only; the caller brought them up to date."""
    last = Account.objects.aggregate(last=Max("id"))["last"] or 0
    return _check_range(max(1, last - count + 1), last + 1, today)


def _check_range(start: int, end: int, today: dt.date) -> Report:
    facts: dict[int, AccountFacts] = defaultdict(AccountFacts)
    checked, problems = 0, list[str]()
    for problem in (*_read_invoices(start, end, facts), *_read_payments(start, end, facts)):
        checked += 1
        problems += [problem] if problem else []
    kept = _kept_figures(start, end)
    for account_id, (label, figures) in kept.items():
        expected = compute_figures(facts[account_id], today)
        checked += len(expected.columns) + len(expected.balances)
        problems += [f"{label} : {difference}" for difference in _differences(figures, expected)]
    return Report(checked, problems)


def _read_invoices(start: int, end: int, facts: dict[int, AccountFacts]) -> Iterator[str]:
    """Fill the facts; yield an empty text per right remaining amount and a sentence per wrong one."""
    used = _allocated("invoice", start, end) | _allocated("credit_note", start, end)
    rows = Invoice.objects.filter(account_id__gte=start, account_id__lt=end).order_by("id")
    for invoice in rows.iterator(chunk_size=5000):
        left = invoice.gross_minor - used.get(invoice.id, 0)
        facts[invoice.account_id].invoices.append(
            InvoiceFacts(
                issue_date=invoice.issue_date,
                due_date=invoice.due_date,
                is_credit_note=invoice.kind == InvoiceKind.CREDIT_NOTE,
                currency=invoice.currency,
                remaining_minor=left,
                was_reminded=invoice.reminder_count > 0,
            )
        )
        wrong_month = invoice.issue_month != month_number(invoice.issue_date)
        yield f"facture {invoice.number} : mois d'émission {invoice.issue_month}" if wrong_month else ""
        yield _remaining_problem(f"facture {invoice.number}", invoice.remaining_minor, left)


def _read_payments(start: int, end: int, facts: dict[int, AccountFacts]) -> Iterator[str]:
    used = _allocated("payment", start, end)
    rows = Payment.objects.filter(account_id__gte=start, account_id__lt=end).order_by("id")
    for payment in rows.iterator(chunk_size=5000):
        cancelled = payment.cancelled_on is not None
        left = 0 if cancelled else payment.amount_minor - used.get(payment.id, 0)
        if not cancelled:
            facts[payment.account_id].payments.append(PaymentFacts(payment.date, payment.currency, left))
        yield _remaining_problem(f"règlement {payment.reference}", payment.remaining_minor, left)


def _remaining_problem(label: str, kept: int, expected: int) -> str:
    return "" if kept == expected else f"{label} : solde {kept} au lieu de {expected}"


def _allocated(side: str, start: int, end: int) -> dict[int, int]:
    """Return the sum of the allocations of each document that stands on one side of them."""
    where = {f"{side}__account_id__gte": start, f"{side}__account_id__lt": end}
    rows = (
        Allocation.objects.filter(**where).order_by().values_list(f"{side}_id").annotate(Sum("amount_minor"))
    )
    return dict(rows)


def _kept_figures(start: int, end: int) -> dict[int, tuple[str, Figures]]:
    kept: dict[int, tuple[str, Figures]] = {}
    for account in Account.objects.filter(id__gte=start, id__lt=end).order_by("id"):
        columns = {name: getattr(account, name) for name in KEPT_ON_ACCOUNT}
        kept[account.id] = (f"compte {account}", Figures(columns, {}))
    for balance in AccountBalance.objects.filter(account_id__gte=start, account_id__lt=end):
        amounts = (balance.open_minor, balance.credit_note_minor, balance.payment_minor)
        kept[balance.account_id][1].balances[balance.currency] = amounts
    return kept


def _differences(kept: Figures, expected: Figures) -> Iterator[str]:
    for name, value in expected.columns.items():
        if kept.columns[name] != value:
            yield f"{name} {kept.columns[name]} au lieu de {value}"
    if kept.balances != expected.balances:
        yield f"soldes {kept.balances} au lieu de {expected.balances}"


def _balances(
    unpaid: Iterable[InvoiceFacts], credits: Iterable[InvoiceFacts], free: Iterable[PaymentFacts]
) -> dict[str, Balance]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    columns: tuple[Iterable[InvoiceFacts | PaymentFacts], ...] = (unpaid, credits, free)
    for column, documents in enumerate(columns):
        for document in documents:
            sums[document.currency][column] += document.remaining_minor
    return {currency: (owed, credit, paid) for currency, (owed, credit, paid) in sums.items()}


def _recent_months(issued: Sequence[InvoiceFacts]) -> int:
    last = max((invoice.month for invoice in issued), default=0)
    distances = {last - invoice.month for invoice in issued}
    return sum(1 << distance for distance in distances if distance < RECENT_MONTHS)
