"""Know what an account's two statements say at a date: the outstanding one and the full one, by currency.

The period selects invoices and credit notes by month of issue; the as-of date decides what is paid. Documents
older than the period that are still open are summed. Documents issued after the as-of date do not exist.
Payments not allocated are all those of the account at the as-of date. Currencies are never added up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from encours.core.ageing import Bucket, bucket_of
from encours.core.days import days_late, month_number

INVOICE, CREDIT_NOTE, PAYMENT = "invoice", "credit_note", "payment"


@dataclass(frozen=True, slots=True)
class Use:
    """A dated use of a document: positive for an allocation, negative for its counter-entry.

    ``other_kind`` and ``other_number`` name the document on the other side.
    """

    date: dt.date
    amount_minor: int
    other_kind: str
    other_number: str


@dataclass(frozen=True, slots=True)
class StatedItem:
    """An invoice, credit note or payment with all its uses. All its amounts are positive."""

    kind: str
    number: str
    date: dt.date
    amount_minor: int
    currency: str
    due_date: dt.date | None = None
    uses: tuple[Use, ...] = ()
    cancelled_on: dt.date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The months of issue asked for, both included (year × 12 + month - 1), and the as-of date."""

    from_month: int
    to_month: int
    as_of: dt.date


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An invoice not fully paid; ``days_late`` is zero or less while it is not overdue."""

    number: str
    issue_date: dt.date
    due_date: dt.date
    gross_minor: int
    remaining_minor: int
    days_late: int


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A credit note or a payment of which something is left; ``detail`` is a payment's method."""

    kind: str
    number: str
    date: dt.date
    amount_minor: int
    remaining_minor: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Documents older than the period and still open: how many, and what remains of them."""

    count: int = 0
    minor: int = 0


@dataclass(frozen=True, slots=True)
class OutstandingSection:
    """What is outstanding in one currency. ``ageing_minor`` follows the order of ``Bucket``.

    due = earlier invoices + lines; credits = earlier credit notes + credits; net = due - credits.
    """

    currency: str
    earlier_invoices: Earlier
    lines: tuple[OpenLine, ...]
    earlier_credit_notes: Earlier
    credits: tuple[CreditLine, ...]
    ageing_minor: tuple[int, ...]
    due_minor: int
    overdue_minor: int
    credits_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one other document has settled, all its entries added up, at the date of the last of them."""

    date: dt.date
    other_kind: str
    other_number: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class FullLine:
    """A document of the period. A credit note's amounts are negative; ``balance_minor`` runs."""

    kind: str
    number: str
    issue_date: dt.date
    due_date: dt.date | None
    gross_minor: int
    settlements: tuple[Settlement, ...]
    remaining_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class FullSection:
    """The account in one currency: closing = opening + remaining of the lines - unallocated payments."""

    currency: str
    opening: Earlier
    lines: tuple[FullLine, ...]
    payments: tuple[FullLine, ...]
    gross_minor: int
    remaining_minor: int
    unallocated_minor: int
    closing_minor: int


def remaining_minor(item: StatedItem, day: dt.date) -> int:
    """Return what is left of an item at the end of a day: nothing where it does not exist on it."""
    if item.date > day or (item.cancelled_on is not None and item.cancelled_on <= day):
        return 0
    return item.amount_minor - sum(use.amount_minor for use in item.uses if use.date <= day)


def build_outstanding(items: Iterable[StatedItem], period: Period) -> tuple[OutstandingSection, ...]:
    """Return one section per currency in which something is open at the as-of date."""
    groups = _by_currency(items, period)
    sections = (_outstanding_section(currency, groups[currency], period) for currency in sorted(groups))
    return tuple(section for section in sections if section.due_minor or section.credits_minor)


def build_full(items: Iterable[StatedItem], period: Period) -> tuple[FullSection, ...]:
    """Return one section per currency that has a document in the period or something open."""
    groups = _by_currency(items, period)
    sections = (_full_section(currency, groups[currency], period) for currency in sorted(groups))
    return tuple(
        section for section in sections if section.lines or section.payments or section.opening.count
    )


def _by_currency(items: Iterable[StatedItem], period: Period) -> dict[str, list[StatedItem]]:
    groups: dict[str, list[StatedItem]] = {}
    for item in items:
        if item.date <= period.as_of and (item.kind == PAYMENT or month_number(item.date) <= period.to_month):
            groups.setdefault(item.currency, []).append(item)
    for group in groups.values():
        group.sort(key=lambda item: (item.date, item.number))
    return groups


def _outstanding_section(currency: str, items: Sequence[StatedItem], period: Period) -> OutstandingSection:
    open_items = [(item, left) for item in items if (left := remaining_minor(item, period.as_of))]
    invoices = [(item, left) for item, left in open_items if item.kind == INVOICE]
    credits = [(item, left) for item, left in open_items if item.kind != INVOICE]
    ageing = dict.fromkeys(Bucket, 0)
    for item, left in invoices:
        ageing[bucket_of(_due_date(item), period.as_of)] += left
    due = sum(left for _, left in invoices)
    credited = sum(left for _, left in credits)
    return OutstandingSection(
        currency=currency,
        earlier_invoices=_earlier(invoices, period),
        lines=tuple(
            _open_line(item, left, period) for item, left in invoices if not _is_earlier(item, period)
        ),
        earlier_credit_notes=_earlier(credits, period),
        credits=tuple(_credit_line(item, left) for item, left in credits if not _is_earlier(item, period)),
        ageing_minor=tuple(ageing.values()),
        due_minor=due,
        overdue_minor=due - ageing[Bucket.NOT_DUE],
        credits_minor=credited,
        net_minor=due - credited,
    )


def _full_section(currency: str, items: Sequence[StatedItem], period: Period) -> FullSection:
    documents = [(item, _signed(item, period.as_of)) for item in items if item.kind != PAYMENT]
    opening = _earlier([(item, left) for item, left in documents if left], period)
    balance = opening.minor
    lines: list[FullLine] = []
    for item, left in documents:
        if not _is_earlier(item, period):
            balance += left
            lines.append(_full_line(item, left, balance, period))
    payments: list[FullLine] = []
    for item in items:
        left = remaining_minor(item, period.as_of) if item.kind == PAYMENT else 0
        if left:
            balance -= left
            payments.append(_full_line(item, -left, balance, period))
    return FullSection(
        currency=currency,
        opening=opening,
        lines=tuple(lines),
        payments=tuple(payments),
        gross_minor=sum(line.gross_minor for line in lines),
        remaining_minor=sum(line.remaining_minor for line in lines),
        unallocated_minor=-sum(line.remaining_minor for line in payments),
        closing_minor=balance,
    )


def _is_earlier(item: StatedItem, period: Period) -> bool:
    return item.kind != PAYMENT and month_number(item.date) < period.from_month


def _earlier(items: Iterable[tuple[StatedItem, int]], period: Period) -> Earlier:
    lefts = [left for item, left in items if _is_earlier(item, period)]
    return Earlier(count=len(lefts), minor=sum(lefts))


def _signed(item: StatedItem, day: dt.date) -> int:
    left = remaining_minor(item, day)
    return left if item.kind == INVOICE else -left


def _due_date(item: StatedItem) -> dt.date:
    return item.due_date or item.date


def _open_line(item: StatedItem, left: int, period: Period) -> OpenLine:
    due = _due_date(item)
    return OpenLine(item.number, item.date, due, item.amount_minor, left, days_late(due, period.as_of))


def _credit_line(item: StatedItem, left: int) -> CreditLine:
    return CreditLine(item.kind, item.number, item.date, item.amount_minor, left, item.detail)


def _full_line(item: StatedItem, left: int, balance: int, period: Period) -> FullLine:
    gross = item.amount_minor if item.kind == INVOICE else -item.amount_minor
    due = item.due_date if item.kind == INVOICE else None
    settlements = _settlements(item, period.as_of, 1 if item.kind == INVOICE else -1)
    return FullLine(item.kind, item.number, item.date, due, gross, settlements, left, balance)


def _settlements(item: StatedItem, day: dt.date, sign: int) -> tuple[Settlement, ...]:
    """Add up the entries of each other document; one that was undone entirely is not shown."""
    totals: dict[tuple[str, str], tuple[dt.date, int]] = {}
    for use in sorted(item.uses, key=lambda use: use.date):
        if use.date <= day:
            key = (use.other_kind, use.other_number)
            _, before = totals.get(key, (use.date, 0))
            totals[key] = (use.date, before + use.amount_minor)
    found = (
        Settlement(date, kind, number, sign * minor)
        for (kind, number), (date, minor) in totals.items()
        if minor
    )
    return tuple(sorted(found, key=lambda settlement: (settlement.date, settlement.other_number)))
