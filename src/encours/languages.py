"""Know the language of who reads: a screen follows it, a document follows the customer's."""

from __future__ import annotations

from django.utils.translation import get_language

from encours.core import french
from encours.core.money import Money


def reader_language() -> str:
    """Return the language of who reads: fr or en."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def counted(count: int, one: str, many: str) -> str:
    """Return a count and the form that agrees with it: ``3 factures émises``, ``0 invoices issued``."""
    return french.counted(count, one, many, reader_language())


def with_symbol(amount: Money) -> str:
    """Return an amount as a list shows it: ``9 500,00 €``, ``€9,500.00``."""
    return french.amount_with_symbol(amount.minor, amount.currency, reader_language())


def with_code(amount: Money) -> str:
    """Return an amount as a sentence says it: ``9 500,00 EUR``, ``9,500.00 EUR``."""
    return french.amount_with_code(amount.minor, amount.currency, reader_language())


def typed(amount: Money) -> str:
    """Return an amount as it is typed, and read again: ``9 500,00``, ``9500.00``."""
    if reader_language() == "fr":
        return french.amount(amount.minor, amount.currency)
    return french.amount(amount.minor, amount.currency, "en").replace(",", "")
