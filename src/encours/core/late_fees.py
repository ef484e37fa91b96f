"""Know what a late payment costs: penalties by days and rates, and the fixed recovery indemnity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from encours.core.legal_rates import (
    CONTRACT_FLOOR,
    DEFAULT_MARGIN,
    INDEMNITY_MINOR,
    PUBLIC_MARGIN,
    half_year_start,
    legal_rate_on,
    rates_on,
)
from encours.core.money import Money

DAYS_IN_A_YEAR = 365
ONE_DAY = dt.timedelta(days=1)


class Debtor(Enum):
    """Which rules apply: between professionals, a public buyer, a consumer."""

    PROFESSIONAL = "professional"
    PUBLIC = "public"
    CONSUMER = "consumer"


class RateTooLow(Exception):  # noqa: N818 (it says what is wrong)
    """An agreed rate is below three times the legal rate of a half-year (C. com. L441-10, II)."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A run of days at one rate, both ends included; the rate in percent a year."""

    first_day: dt.date
    last_day: dt.date
    rate: Decimal
    is_confirmed: bool = True

    @property
    def days(self) -> int:
        """Return how many days bear interest."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Penalties:
    """What is due for lateness, without VAT and without compounding, and how it was reckoned."""

    total: Money
    slices: tuple[Slice, ...]

    @property
    def is_confirmed(self) -> bool:
        """Tell whether every rate used is confirmed by more than one source."""
        return all(part.is_confirmed for part in self.slices)


def penalties(
    gross: Money,
    *,
    due_date: dt.date,
    until: dt.date,
    debtor: Debtor = Debtor.PROFESSIONAL,
    agreed_rate: Decimal | None = None,
    notified_on: dt.date | None = None,
) -> Penalties:
    """Return the penalties of an amount from the day after its due date to ``until``, the payment day.

    Professionals: the agreed rate, else ECB + 10 points, half-year by half-year (C. com. L441-10). Public
    buyers: ECB + 8 points of the half-year in which interest starts. Consumers: the legal rate from the day
    after the formal notice, nothing without one. Raise MissingRate or RateTooLow, never guess.
    """
    start = _first_day(due_date, debtor, notified_on)
    if start is None or start > until:
        return Penalties(Money(0, gross.currency), ())
    slices = tuple(_slices(start, until, _rate_of(debtor, agreed_rate, start)))
    weighted = sum((part.rate * part.days for part in slices), Decimal(0))
    minor = gross.minor * weighted / (100 * DAYS_IN_A_YEAR)
    return Penalties(Money(int(minor.quantize(Decimal(1), ROUND_HALF_UP)), gross.currency), slices)


def recovery_indemnity(debtor: Debtor, *, insolvency_forbids_payment: bool = False) -> Money:
    """Return the indemnity of one late invoice: 40 € but for consumers (C. com. D441-5; CCP D2192-35)."""
    is_due = debtor is not Debtor.CONSUMER and not insolvency_forbids_payment
    return Money(INDEMNITY_MINOR if is_due else 0, "EUR")


def _first_day(due_date: dt.date, debtor: Debtor, notified_on: dt.date | None) -> dt.date | None:
    if debtor is not Debtor.CONSUMER:
        return due_date + ONE_DAY
    return None if notified_on is None else max(due_date, notified_on) + ONE_DAY


def _rate_of(
    debtor: Debtor, agreed_rate: Decimal | None, start: dt.date
) -> Callable[[dt.date], tuple[Decimal, bool]]:
    """Return the function that gives the rate of a half-year, and whether it is confirmed."""
    if debtor is Debtor.PUBLIC:
        frozen = rates_on(start)
        return lambda _day: (frozen.ecb + PUBLIC_MARGIN, frozen.is_confirmed)
    if debtor is Debtor.CONSUMER:
        return lambda day: (legal_rate_on(day), rates_on(day).is_confirmed)
    if agreed_rate is not None:
        return lambda day: (_checked(agreed_rate, day), True)
    return lambda day: (rates_on(day).ecb + DEFAULT_MARGIN, rates_on(day).is_confirmed)


def _checked(agreed_rate: Decimal, day: dt.date) -> Decimal:
    floor = CONTRACT_FLOOR * legal_rate_on(day)
    if agreed_rate < floor:
        raise RateTooLow(f"{agreed_rate} % is below {floor} %, three times the legal rate on {day:%Y-%m-%d}")
    return agreed_rate


def _slices(
    start: dt.date, until: dt.date, rate_of: Callable[[dt.date], tuple[Decimal, bool]]
) -> Iterator[Slice]:
    day = start
    while day <= until:
        half = half_year_start(day)
        next_half = dt.date(half.year, 7, 1) if half.month == 1 else dt.date(half.year + 1, 1, 1)
        last = min(until, next_half - ONE_DAY)
        rate, is_confirmed = rate_of(day)
        yield Slice(day, last, rate, is_confirmed)
        day = last + ONE_DAY
