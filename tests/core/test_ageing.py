"""The slices of the ageing and their edges."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encours.core.ageing import Bucket, age, bucket_of, due_dates_of
from encours.core.money import Money
from encours.core.open_items import Entry, OpenItem

AS_OF = dt.date(2016, 5, 16)
dates = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1))


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-1, Bucket.NOT_DUE),
        (0, Bucket.NOT_DUE),
        (1, Bucket.TO_30),
        (30, Bucket.TO_30),
        (31, Bucket.TO_60),
        (60, Bucket.TO_60),
        (61, Bucket.TO_90),
        (90, Bucket.TO_90),
        (91, Bucket.OVER_90),
    ],
)
def test_the_days_late_decide_the_slice(late: int, bucket: Bucket) -> None:
    assert bucket_of(AS_OF - dt.timedelta(days=late), AS_OF) is bucket


def test_what_remains_is_aged_per_currency() -> None:
    def invoice(number: int, currency: str, due: dt.date, paid: int = 0) -> OpenItem:
        uses = (Entry(dt.date(2016, 5, 1), paid),) if paid else ()
        issued = dt.date(2016, 1, 1)
        return OpenItem(number, str(number), issued, Money(1_000, currency), uses, due_date=due)

    aged = age(
        [
            invoice(1, "EUR", dt.date(2016, 5, 31)),
            invoice(2, "EUR", dt.date(2016, 1, 31), paid=400),
            invoice(3, "JPY", dt.date(2016, 5, 15)),
            invoice(4, "USD", dt.date(2016, 5, 15), paid=1_000),
        ],
        AS_OF,
    )
    assert list(aged) == ["EUR", "JPY"]
    assert (aged["EUR"][Bucket.NOT_DUE], aged["EUR"][Bucket.OVER_90]) == (1_000, 600)
    assert aged["JPY"][Bucket.TO_30] == 1_000


@given(dates, dates)
def test_the_due_dates_of_a_slice_are_those_that_fall_into_it(due: dt.date, as_of: dt.date) -> None:
    for bucket in Bucket:
        earliest, latest = due_dates_of(bucket, as_of)
        inside = (earliest is None or due >= earliest) and (latest is None or due <= latest)
        assert inside == (bucket_of(due, as_of) is bucket)
