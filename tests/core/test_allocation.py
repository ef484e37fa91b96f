"""Whatever was allocated, undone and allocated again, nothing is used twice on any day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from encours.core.allocation import default_date, propose_oldest_first, room_for, room_from
from encours.core.money import Money
from encours.core.open_items import Entry, OpenItem, exists_at, remaining_at, remaining_in_the_end

FIRST = dt.date(2016, 1, 1)
DAYS = [FIRST + dt.timedelta(days=offset) for offset in range(12)]
days = st.sampled_from(DAYS)
steps = st.lists(st.tuples(days, st.integers(1, 1_200), st.booleans()), max_size=12)


def item(
    amount: int = 1_000,
    issued: dt.date = FIRST,
    number: int = 1,
    due_date: dt.date | None = None,
    cancelled_on: dt.date | None = None,
) -> OpenItem:
    return OpenItem(
        number, f"F{number}", issued, Money(amount, "EUR"), due_date=due_date, cancelled_on=cancelled_on
    )


def with_entry(document: OpenItem, day: dt.date, amount: int) -> OpenItem:
    return replace(document, uses=(*document.uses, Entry(day, amount)))


@given(steps)
def test_what_is_left_is_never_negative_however_entries_are_added_and_undone(
    wanted: list[tuple[dt.date, int, bool]],
) -> None:
    source, invoice = item(700), item(1_000)
    for day, amount, is_undone_later in wanted:
        room = room_for(source, invoice, day)
        assert room <= min(remaining_at(source, day).minor, remaining_at(invoice, day).minor)
        if amount <= room:
            source, invoice = with_entry(source, day, amount), with_entry(invoice, day, amount)
            if is_undone_later:
                later = DAYS[-1]
                source, invoice = with_entry(source, later, -amount), with_entry(invoice, later, -amount)
    for document in (source, invoice):
        assert all(0 <= remaining_at(document, day).minor <= document.amount.minor for day in DAYS)


@given(steps)
def test_one_more_than_the_room_would_overdraw_a_side_on_some_day(
    wanted: list[tuple[dt.date, int, bool]],
) -> None:
    source = item(700)
    for day, amount, is_undone_later in wanted:
        if amount <= room_from(source, day):
            source = with_entry(source, day, amount)
            if is_undone_later:
                source = with_entry(source, DAYS[-1], -amount)
    for day in DAYS:
        overdrawn = with_entry(source, day, room_from(source, day) + 1)
        assert any(remaining_at(overdrawn, later).minor < 0 for later in DAYS if later >= day)


def test_a_document_does_not_exist_before_its_date_nor_from_its_cancellation_on() -> None:
    document = item(issued=DAYS[3], cancelled_on=DAYS[6])
    assert [exists_at(document, day) for day in (DAYS[2], DAYS[3], DAYS[5], DAYS[6])] == [
        False,
        True,
        True,
        False,
    ]
    assert [remaining_at(document, day).minor for day in (DAYS[2], DAYS[3], DAYS[6])] == [0, 1_000, 0]
    assert (remaining_in_the_end(document).minor, room_from(document, DAYS[4])) == (0, 0)


def test_the_default_date_is_the_latest_of_both_documents_and_their_counter_entries() -> None:
    source, invoice = item(issued=DAYS[2]), item(issued=DAYS[4])
    assert default_date(source, invoice) == DAYS[4]
    undone = with_entry(with_entry(source, DAYS[5], 10), DAYS[7], -10)
    assert default_date(undone, invoice) == DAYS[7]


def test_the_oldest_due_date_is_paid_first_and_nothing_is_dated_in_the_future() -> None:
    source = item(1_500, issued=DAYS[1])
    invoices = [
        item(1_000, number=2, due_date=DAYS[9]),
        item(1_000, number=3, due_date=DAYS[5]),
        item(1_000, issued=DAYS[8], number=4, due_date=DAYS[8]),
        replace(item(1_000, number=5, due_date=DAYS[1]), amount=Money(1_000, "USD")),
    ]
    found = propose_oldest_first(source, invoices, today=DAYS[7])
    assert [(part.invoice_id, part.amount_minor, part.date) for part in found] == [
        (3, 1_000, DAYS[1]),
        (2, 500, DAYS[1]),
    ]


@given(st.lists(st.tuples(days, st.integers(1, 500)), max_size=6), steps)
def test_a_proposal_can_be_made_as_it_stands(
    invoices: list[tuple[dt.date, int]], wanted: list[tuple[dt.date, int, bool]]
) -> None:
    source = item(700)
    for day, amount, is_undone in wanted:
        if is_undone and amount <= room_from(source, day):
            source = with_entry(with_entry(source, day, amount), DAYS[-1], -amount)
    open_items = {n: item(amount, issued=day, number=n) for n, (day, amount) in enumerate(invoices)}
    for part in propose_oldest_first(source, list(open_items.values()), today=DAYS[-1]):
        invoice = open_items[part.invoice_id]
        assert 0 < part.amount_minor <= room_for(source, invoice, part.date)
        source = with_entry(source, part.date, part.amount_minor)
        open_items[part.invoice_id] = with_entry(invoice, part.date, part.amount_minor)
