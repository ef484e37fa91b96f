"""Template filters that write amounts, days and moments as the trade does, in the language of who reads."""

from __future__ import annotations

import datetime as dt

from django import template

from encours.core import french
from encours.core.days import month_number
from encours.core.money import Money
from encours.languages import reader_language, with_code, with_symbol

register = template.Library()


@register.filter
def money(amount: Money) -> str:
    """Write an amount without its currency: ``11 400,00``."""
    return french.amount(amount.minor, amount.currency, reader_language())


@register.filter
def money_with_symbol(amount: Money) -> str:
    """Write an amount as the list does: ``11 400,00 €``."""
    return with_symbol(amount)


@register.filter
def money_with_code(amount: Money) -> str:
    """Write an amount as a letter does: ``11 400,00 EUR``."""
    return with_code(amount)


@register.filter
def day(value: dt.date) -> str:
    """Write a day: ``31/01/2016``."""
    return french.date(value)


@register.filter
def document_month(value: dt.date) -> str:
    """Write the month of a document: ``1/2016``."""
    return french.document_month(month_number(value))


@register.filter
def moment(value: dt.datetime) -> str:
    """Write a moment as a list does: ``16/05/2016 à 11:22:40``."""
    return french.moment(value, reader_language())


@register.filter
def moment_in_letters(value: dt.datetime) -> str:
    """Write a moment as a detail does: ``16 mai 2016 à 11:22:48``."""
    return french.moment_in_letters(value, reader_language())
