"""Know the rates that the law gives to late payment, half-year by half-year, each with its article."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


class MissingRate(Exception):  # noqa: N818 (it says what is missing)
    """No rate is known for a day: a figure must not be guessed, the table must be completed."""


@dataclass(frozen=True, slots=True)
class HalfYearRates:
    """Rates in percent a year in force from 1 January or 1 July.

    ``ecb``: main refinancing rate (C. com. L441-10). ``legal``: legal interest rate of the «autres cas»
    (C. mon. fin. L313-2), None where it is not known. ``is_confirmed`` is false for a figure seen in one
    place only.
    """

    starts_on: dt.date
    ecb: Decimal
    legal: Decimal | None
    is_confirmed: bool = True


DEFAULT_MARGIN = Decimal(10)
"""Points above the main refinancing rate where no other rate was agreed (C. com. L441-10, II)."""
PUBLIC_MARGIN = Decimal(8)
"""Points above the main refinancing rate for public buyers (CCP R2192-31)."""
CONTRACT_FLOOR = 3
"""An agreed rate is not below so many times the legal rate (C. com. L441-10, II)."""
INDEMNITY_MINOR = 4_000
"""Fixed recovery indemnity per late invoice, in euro cents (C. com. D441-5; CCP D2192-35)."""

RATES = (
    HalfYearRates(dt.date(2024, 7, 1), Decimal("4.25"), Decimal("4.92")),
    HalfYearRates(dt.date(2025, 1, 1), Decimal("3.15"), Decimal("3.71")),
    HalfYearRates(dt.date(2025, 7, 1), Decimal("2.15"), Decimal("2.76")),
    HalfYearRates(dt.date(2026, 1, 1), Decimal("2.15"), Decimal("2.62")),
    HalfYearRates(dt.date(2026, 7, 1), Decimal("2.40"), None, is_confirmed=False),
)


def half_year_start(day: dt.date) -> dt.date:
    """Return the first day of the half-year of a day."""
    return dt.date(day.year, 1 if day.month <= 6 else 7, 1)


def rates_on(day: dt.date) -> HalfYearRates:
    """Return the rates in force on a day; raise MissingRate where the table does not know them."""
    start = half_year_start(day)
    for rates in RATES:
        if rates.starts_on == start:
            return rates
    raise MissingRate(f"no rates are known for the half-year that starts on {start:%Y-%m-%d}")


def legal_rate_on(day: dt.date) -> Decimal:
    """Return the legal interest rate in force on a day; raise MissingRate where it is not known."""
    legal = rates_on(day).legal
    if legal is None:
        raise MissingRate(f"the legal rate of the half-year that holds {day:%Y-%m-%d} is not known")
    return legal
