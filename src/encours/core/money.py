"""Know an exact amount of money: an integer of minor units and its currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from encours.core.currencies import decimals_of

MAX_MINOR = 9 * 10**12
"""The largest amount of one document, in minor units: a million of them still fit the 64 bits of a sum."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents for EUR, yen for JPY, millimes for TND)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")
        decimals_of(self.currency)

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def to_decimal(self) -> Decimal:
        """Return the amount as a decimal with exactly the currency's decimals."""
        return minor_to_decimal(self.minor, self.currency)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")


def minor_to_decimal(minor: int, currency: str) -> Decimal:
    """Return minor units as a decimal: ``(1234, "EUR")`` is ``Decimal("12.34")``."""
    return Decimal(minor).scaleb(-decimals_of(currency))


def decimal_to_minor(value: Decimal, currency: str) -> int:
    """Return a decimal as minor units; raise ValueError if it has more decimals than the currency."""
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    scaled = value.scaleb(decimals_of(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more decimals than {currency} allows")
    return int(scaled)


def sum_by_currency(amounts: Iterable[Money]) -> dict[str, Money]:
    """Return one total per currency, in the alphabetical order of the codes."""
    totals: dict[str, int] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor
    return {currency: Money(totals[currency], currency) for currency in sorted(totals)}
