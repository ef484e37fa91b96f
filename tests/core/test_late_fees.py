"""Late-payment penalties as the law reckons them, and a missing rate that fails."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from encours.core.late_fees import Debtor, RateTooLow, penalties, recovery_indemnity
from encours.core.legal_rates import MissingRate
from encours.core.money import Money

TEN_THOUSAND = Money(1_000_000, "EUR")
DUE, PAID = dt.date(2026, 5, 15), dt.date(2026, 8, 20)


def test_between_professionals_each_half_year_has_its_rate() -> None:
    found = penalties(TEN_THOUSAND, due_date=DUE, until=PAID)
    assert found.total == Money(32_638, "EUR")
    assert [(part.days, part.rate) for part in found.slices] == [
        (46, Decimal("12.15")),
        (51, Decimal("12.40")),
    ]
    assert not found.is_confirmed


def test_a_public_buyer_keeps_the_rate_of_the_half_year_in_which_interest_starts() -> None:
    found = penalties(TEN_THOUSAND, due_date=DUE, until=PAID, debtor=Debtor.PUBLIC)
    assert found.total == Money(26_974, "EUR")
    assert {part.rate for part in found.slices} == {Decimal("10.15")}


def test_nothing_runs_on_the_due_date_and_one_day_runs_on_the_next() -> None:
    assert penalties(TEN_THOUSAND, due_date=DUE, until=DUE).total.minor == 0
    assert penalties(TEN_THOUSAND, due_date=DUE, until=dt.date(2026, 5, 16)).total.minor == 333


def test_a_consumer_owes_the_legal_rate_from_the_formal_notice_only() -> None:
    until = dt.date(2026, 6, 30)
    assert penalties(TEN_THOUSAND, due_date=DUE, until=until, debtor=Debtor.CONSUMER).total.minor == 0
    found = penalties(
        TEN_THOUSAND,
        due_date=DUE,
        until=until,
        debtor=Debtor.CONSUMER,
        notified_on=dt.date(2026, 6, 10),
    )
    assert [(part.first_day, part.days, part.rate) for part in found.slices] == [
        (dt.date(2026, 6, 11), 20, Decimal("2.62"))
    ]


@pytest.mark.parametrize("until", [dt.date(2024, 6, 30), dt.date(2027, 1, 1)])
def test_a_missing_rate_fails_loudly(until: dt.date) -> None:
    with pytest.raises(MissingRate, match="half-year"):
        penalties(TEN_THOUSAND, due_date=until - dt.timedelta(days=1), until=until)


def test_the_legal_rate_that_is_not_known_yet_fails_loudly() -> None:
    with pytest.raises(MissingRate, match="legal rate"):
        penalties(TEN_THOUSAND, due_date=DUE, until=PAID, agreed_rate=Decimal(15))


def test_an_agreed_rate_is_not_below_three_times_the_legal_rate() -> None:
    until = dt.date(2026, 6, 30)
    with pytest.raises(RateTooLow, match=r"7\.86"):
        penalties(TEN_THOUSAND, due_date=DUE, until=until, agreed_rate=Decimal("7.85"))
    found = penalties(TEN_THOUSAND, due_date=DUE, until=until, agreed_rate=Decimal("7.86"))
    assert [part.rate for part in found.slices] == [Decimal("7.86")]


def test_yen_are_rounded_to_the_yen() -> None:
    assert penalties(Money(100_000, "JPY"), due_date=DUE, until=PAID).total == Money(3_264, "JPY")


def test_the_indemnity_is_forty_euros_but_for_consumers_and_where_insolvency_forbids_it() -> None:
    assert recovery_indemnity(Debtor.PROFESSIONAL) == Money(4_000, "EUR")
    assert recovery_indemnity(Debtor.PUBLIC) == Money(4_000, "EUR")
    assert recovery_indemnity(Debtor.CONSUMER).minor == 0
    assert recovery_indemnity(Debtor.PROFESSIONAL, insolvency_forbids_payment=True).minor == 0
