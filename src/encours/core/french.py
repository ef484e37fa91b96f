"""Know how amounts, dates, months and plurals are written in French, and in English for English customers."""

from __future__ import annotations

import datetime as dt
import re

from encours.core.currencies import decimals_of
from encours.core.days import PARIS
from encours.core.sentences import say

NARROW = "\u202f"
"""Narrow no-break space: between thousands and before ; ! ?"""
NO_BREAK = "\u00a0"
"""No-break space: before a currency, before a colon and inside «guillemets»."""

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_PERIOD = re.compile(r"(0?[1-9]|1[0-2])/(\d{4})", re.ASCII)


def amount(minor: int, currency: str, language: str = "fr") -> str:
    """Return minor units as people read them: ``(950000, "EUR")`` is ``9 500,00``, or ``9,500.00``."""
    decimals = decimals_of(currency)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    thousands, point = (NARROW, ",") if language == "fr" else (",", ".")
    grouped = f"{int(whole):,}".replace(",", thousands)
    sign = "-" if minor < 0 else ""
    return f"{sign}{grouped}{point}{fraction}" if fraction else f"{sign}{grouped}"


def amount_with_symbol(minor: int, currency: str, language: str = "fr") -> str:
    """Return an amount as the list shows it: ``9 500,00 €``; a code stands where there is no usual symbol."""
    written = amount(minor, currency, language)
    symbol = _SYMBOLS.get(currency)
    if language != "fr" and symbol:
        return f"-{symbol}{written[1:]}" if minor < 0 else f"{symbol}{written}"
    return f"{written}{NO_BREAK}{symbol or currency}"


def amount_with_code(minor: int, currency: str, language: str = "fr") -> str:
    """Return an amount as a letter says it: ``6 400,00 EUR``."""
    return f"{amount(minor, currency, language)}{NO_BREAK}{currency}"


def date(day: dt.date) -> str:
    """Return a day in figures: ``31/01/2016``."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def date_in_letters(day: dt.date, language: str = "fr") -> str:
    """Return a day with its month's name: ``16 mai 2016``, ``1er mai 2016``, ``16 May 2016``."""
    first = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{first}{NO_BREAK}{_month_name(day.month, language)} {day.year:04}"


def moment(instant: dt.datetime, language: str = "fr") -> str:
    """Return an aware moment as a list shows it, by the clock of Paris: ``16/05/2016 à 11:22:40``."""
    local = _in_paris(instant)
    return f"{date(local)} {_at(language)} {local.hour:02}:{local.minute:02}:{local.second:02}"


def moment_in_letters(instant: dt.datetime, language: str = "fr") -> str:
    """Return an aware moment as a detail shows it: ``16 mai 2016 à 11:22:48``."""
    local = _in_paris(instant)
    return f"{date_in_letters(local.date(), language)} {_at(language)} {local:%H:%M:%S}"


def document_month(month: int) -> str:
    """Return the month of a document, unpadded: ``1/2016``. Months are year × 12 + month - 1."""
    return f"{month % 12 + 1}/{month // 12:04}"


def period_month(month: int) -> str:
    """Return the first or last month of a period, padded: ``01/2016``."""
    return f"{month % 12 + 1:02}/{month // 12:04}"


def month_in_letters(month: int, language: str = "fr") -> str:
    """Return a month as a filter names it: ``janvier 2016``."""
    return f"{_month_name(month % 12 + 1, language)} {month // 12:04}"


def parse_period_month(text: str) -> int:
    """Read ``01/2016`` as a month number; raise ValueError, in French, for anything else."""
    found = _PERIOD.fullmatch(text.strip())
    if not found or not dt.MINYEAR < int(found[2]) < dt.MAXYEAR:
        raise ValueError(
            say(
                "«\u00a0%(text)s\u00a0» n'est pas un mois\u00a0: écrivez-le MM/AAAA, par exemple 01/2016",
                text=text,
            )
        )
    return int(found[2]) * 12 + int(found[1]) - 1


def month_names() -> dict[str, int]:
    """Return the months, January first from 0, by their names in both languages, without accents."""
    plain = str.maketrans("éû", "eu")
    return {
        name.lower().translate(plain): index
        for names in _MONTHS.values()
        for index, name in enumerate(names.split())
    }


def plural(count: int, one: str, many: str, language: str = "fr") -> str:
    """Return the form that agrees with a count: French says «0 facture», English «0 invoices»."""
    is_singular = abs(count) < 2 if language == "fr" else abs(count) == 1
    return one if is_singular else many


def counted(count: int, one: str, many: str, language: str = "fr") -> str:
    """Return a count and the form that agrees with it: ``3 factures émises``."""
    number = f"{count:,}".replace(",", NARROW if language == "fr" else ",")
    return f"{number} {plural(count, one, many, language)}"


def typeset(text: str, language: str = "fr") -> str:
    """Return plain text with no-break spaces where French wants them; English is left as it is.

    Only ordinary spaces that were typed are replaced: none is added, no other character changes.
    """
    if language != "fr":
        return text
    text = re.sub(r"(?<=\S) (?=[;!?](?:\s|$|»|\)))", NARROW, text)
    text = re.sub(r"(?<=\S) (?=:(?:\s|$))", NO_BREAK, text)
    text = re.sub(r"« (?=\S)", f"«{NO_BREAK}", text)
    text = re.sub(r"(?<=\S) »", f"{NO_BREAK}»", text)
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", NARROW, text)
    return re.sub(r"(?<=\d) (?=€|EUR\b|%)", NO_BREAK, text)


def _in_paris(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return instant.astimezone(PARIS)


def _at(language: str) -> str:
    return "à" if language == "fr" else "at"


def _month_name(month: int, language: str) -> str:
    return _MONTHS["fr" if language == "fr" else "en"].split()[month - 1]
