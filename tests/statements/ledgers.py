"""A ledger on paper for property tests: what is issued, received, allocated, undone, and its totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from encours.core.days import month_number
from encours.core.statements import Period

FIRST, LAST = dt.date(2015, 11, 1), dt.date(2016, 12, 31)
CURRENCIES = ("EUR", "EUR", "JPY", "TND")
KINDS = ("invoice", "invoice", "credit_note", "payment")


@dataclass(slots=True)
class PaperDocument:
    """An invoice, credit note or payment with its dated uses, negative where one was undone."""

    kind: str
    number: str
    currency: str
    date: dt.date
    due_date: dt.date
    minor: int
    uses: list[tuple[dt.date, int]] = field(default_factory=list)

    def room(self) -> int:
        """Return what can still be allocated, whatever was undone."""
        return self.minor - sum(minor for _, minor in self.uses if minor > 0)

    def left(self, day: dt.date) -> int:
        """Return what is left at the end of a day; credit notes and payments count positive too."""
        if self.date > day:
            return 0
        return self.minor - sum(minor for date, minor in self.uses if date <= day)


@dataclass(frozen=True, slots=True)
class Link:
    """An allocation to try: which source, which invoice, how much of what both leave, when, undone when."""

    source: int
    invoice: int
    percent: int
    days_after: int
    undone_after: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a ledger owes in one currency, in minor units."""

    due: int
    overdue: int
    credits: int
    opening: int
    listed: int
    unallocated: int
    has_documents: bool

    @property
    def closing(self) -> int:
        """Return opening + listed remaining amounts - unallocated payments."""
        return self.opening + self.listed - self.unallocated


DAYS = st.integers(0, (LAST - FIRST).days).map(lambda days: FIRST + dt.timedelta(days=days))
DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(CURRENCIES),
        DAYS,
        st.integers(0, 90),
        st.one_of(st.integers(1, 500_000), st.integers(1, 10**11)),
    ),
    max_size=12,
)
LINKS = st.lists(
    st.builds(
        Link,
        source=st.integers(0, 11),
        invoice=st.integers(0, 11),
        percent=st.integers(1, 100),
        days_after=st.integers(0, 60),
        undone_after=st.none() | st.integers(0, 60),
    ),
    max_size=8,
)
PERIODS = st.tuples(DAYS, DAYS, DAYS).map(
    lambda days: Period(month_number(min(days[:2])), month_number(max(days[:2])), days[2])
)


def totals_of(documents: Iterable[PaperDocument], currency: str, period: Period) -> Totals:
    """Add up by hand what both statements say in one currency."""
    day = period.as_of
    known = [
        one
        for one in documents
        if one.currency == currency
        and one.date <= day
        and (one.kind == "payment" or month_number(one.date) <= period.to_month)
    ]
    invoices = [one for one in known if one.kind == "invoice"]
    notes = [one for one in known if one.kind == "credit_note"]
    payments = [one for one in known if one.kind == "payment"]
    signed = [(one, one.left(day)) for one in invoices] + [(one, -one.left(day)) for one in notes]
    older = [(one, left) for one, left in signed if month_number(one.date) < period.from_month]
    unallocated = sum(one.left(day) for one in payments)
    return Totals(
        due=sum(one.left(day) for one in invoices),
        overdue=sum(one.left(day) for one in invoices if one.due_date < day),
        credits=sum(one.left(day) for one in notes) + unallocated,
        opening=sum(left for _, left in older),
        listed=sum(left for _, left in signed) - sum(left for _, left in older),
        unallocated=unallocated,
        has_documents=len(signed) > len(older) or any(left for _, left in older) or unallocated > 0,
    )


def linked(documents: Sequence[PaperDocument], link: Link) -> tuple[int, int, int, dt.date] | None:
    """Return source, invoice, amount and day of an allocation that can be made, or None."""
    if not documents:
        return None
    source_at, invoice_at = link.source % len(documents), link.invoice % len(documents)
    source, invoice = documents[source_at], documents[invoice_at]
    minor = min(source.room(), invoice.room()) * link.percent // 100
    day = max(source.date, invoice.date) + dt.timedelta(days=link.days_after)
    is_possible = source.kind != "invoice" and invoice.kind == "invoice"
    if not is_possible or source.currency != invoice.currency or minor < 1 or day > LAST:
        return None
    return source_at, invoice_at, minor, day
