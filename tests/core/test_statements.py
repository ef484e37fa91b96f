"""An account's statements: what is older, what is paid at a date, and what the totals are made of."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from encours.core.statements import (
    Earlier,
    Period,
    StatedItem,
    Use,
    build_full,
    build_outstanding,
    remaining_minor,
)

JANUARY = 2016 * 12
PERIOD = Period(JANUARY, JANUARY + 4, dt.date(2016, 5, 16))


def invoice(
    number: str, issued: dt.date, minor: int, *uses: Use, due: dt.date | None = None, currency: str = "EUR"
) -> StatedItem:
    return StatedItem(
        "invoice", number, issued, minor, currency, due or issued + dt.timedelta(days=30), tuple(uses)
    )


def paid(day: dt.date, minor: int, number: str = "VIR-1") -> Use:
    return Use(day, minor, "payment", number)


OLDER = invoice("F-OLD", dt.date(2015, 12, 1), 10000)
OLDER_PAID = invoice("F-OLD-PAID", dt.date(2015, 12, 2), 5000, paid(dt.date(2016, 1, 5), 5000))
EXAMPLE = invoice(
    "FAC-201601-01",
    dt.date(2016, 1, 4),
    1140000,
    paid(dt.date(2016, 2, 10), 500000),
    due=dt.date(2016, 1, 31),
)
SETTLED = invoice("FAC-201602-01", dt.date(2016, 2, 1), 2000, paid(dt.date(2016, 3, 1), 2000))
CREDIT_NOTE = StatedItem(
    "credit_note",
    "AV-1",
    dt.date(2016, 3, 1),
    30000,
    "EUR",
    dt.date(2016, 3, 1),
    (Use(dt.date(2016, 3, 2), 10000, "invoice", "F-X"),),
)
PAYMENT = StatedItem("payment", "VIR-9", dt.date(2016, 4, 1), 7000, "EUR", detail="virement")
FUTURE = invoice("F-FUTURE", dt.date(2016, 5, 17), 999)
ITEMS = (OLDER, OLDER_PAID, EXAMPLE, SETTLED, CREDIT_NOTE, PAYMENT, FUTURE)


def test_the_outstanding_statement_lists_what_is_open_and_sums_what_is_older() -> None:
    (section,) = build_outstanding(ITEMS, PERIOD)
    assert section.earlier_invoices == Earlier(1, 10000)
    assert [(line.number, line.remaining_minor, line.days_late) for line in section.lines] == [
        ("FAC-201601-01", 640000, 106)
    ]
    assert [(line.number, line.remaining_minor) for line in section.credits] == [
        ("AV-1", 20000),
        ("VIR-9", 7000),
    ]
    assert section.ageing_minor == (0, 0, 0, 0, 650000)
    assert (section.due_minor, section.overdue_minor) == (650000, 650000)
    assert (section.credits_minor, section.net_minor) == (27000, 623000)


def test_the_full_statement_closes_at_opening_plus_remaining_less_unallocated_payments() -> None:
    (section,) = build_full(ITEMS, PERIOD)
    assert section.opening == Earlier(1, 10000)
    assert [
        (line.number, line.gross_minor, line.remaining_minor, line.balance_minor) for line in section.lines
    ] == [
        ("FAC-201601-01", 1140000, 640000, 650000),
        ("FAC-201602-01", 2000, 0, 650000),
        ("AV-1", -30000, -20000, 630000),
    ]
    assert [(line.number, line.remaining_minor, line.balance_minor) for line in section.payments] == [
        ("VIR-9", -7000, 623000)
    ]
    assert section.closing_minor == 10000 + (640000 + 0 - 20000) - 7000


def test_a_past_date_knows_nothing_of_what_came_later() -> None:
    (section,) = build_full(ITEMS, Period(JANUARY, JANUARY + 4, dt.date(2016, 1, 31)))
    assert [(line.number, line.remaining_minor, line.settlements) for line in section.lines] == [
        ("FAC-201601-01", 1140000, ())
    ]
    assert section.opening == Earlier(1, 10000)


def test_an_undone_allocation_is_not_shown_and_reopens_the_invoice() -> None:
    undone = invoice(
        "F", dt.date(2016, 1, 4), 100, paid(dt.date(2016, 1, 5), 60), paid(dt.date(2016, 1, 9), -60)
    )
    (section,) = build_full([undone], PERIOD)
    assert section.lines[0].settlements == ()
    assert section.lines[0].remaining_minor == 100
    (before,) = build_full([undone], Period(JANUARY, JANUARY, dt.date(2016, 1, 8)))
    assert [settlement.amount_minor for settlement in before.lines[0].settlements] == [60]


def test_the_slices_of_age_end_at_30_60_and_90_days() -> None:
    as_of = dt.date(2016, 5, 16)
    items = [
        invoice(f"F{late}", dt.date(2016, 1, 1), 1, due=as_of - dt.timedelta(days=late))
        for late in (-1, 0, 1, 30, 31, 60, 61, 90, 91)
    ]
    (section,) = build_outstanding(items, PERIOD)
    assert section.ageing_minor == (2, 2, 2, 2, 1)
    assert section.overdue_minor == 7


def test_each_currency_has_its_own_section_and_a_cancelled_payment_counts_for_nothing() -> None:
    yen = invoice("F-JPY", dt.date(2016, 2, 1), 500, currency="JPY")
    void = StatedItem("payment", "CHQ", dt.date(2016, 2, 1), 100, "TND", cancelled_on=dt.date(2016, 2, 3))
    assert [section.currency for section in build_outstanding([EXAMPLE, yen, void], PERIOD)] == ["EUR", "JPY"]
    before = Period(JANUARY, JANUARY + 1, dt.date(2016, 2, 2))
    assert [section.currency for section in build_full([void], before)] == ["TND"]
    assert build_full([void], PERIOD) == ()


DAYS = st.dates(dt.date(2015, 10, 1), dt.date(2016, 6, 30))
ITEM = st.builds(
    StatedItem,
    kind=st.sampled_from(["invoice", "credit_note", "payment"]),
    number=st.text("ABC123", min_size=1, max_size=4),
    date=DAYS,
    amount_minor=st.integers(100, 10**12),
    currency=st.sampled_from(["EUR", "JPY", "TND"]),
    due_date=st.none(),
    uses=st.lists(
        st.builds(
            Use,
            date=DAYS,
            amount_minor=st.integers(1, 20),
            other_kind=st.just("payment"),
            other_number=st.sampled_from("XYZ"),
        ),
        max_size=4,
    ).map(tuple),
)


@given(st.lists(ITEM, max_size=12))
def test_totals_always_equal_the_documents_that_they_add_up(items: list[StatedItem]) -> None:
    bounded = Period(JANUARY, JANUARY + 5, dt.date(2016, 5, 16))
    signs = {"invoice": 1, "credit_note": -1, "payment": -1}
    expected: dict[str, int] = {}
    for item in items:
        left = remaining_minor(item, bounded.as_of) * signs[item.kind]
        expected[item.currency] = expected.get(item.currency, 0) + left
    nets = {section.currency: section.net_minor for section in build_outstanding(items, bounded)}
    closings = {section.currency: section.closing_minor for section in build_full(items, bounded)}
    for currency, minor in expected.items():
        assert nets.get(currency, 0) == minor
        assert closings.get(currency, 0) == minor
    for section in build_outstanding(items, bounded):
        assert sum(section.ageing_minor) == section.due_minor
