"""Know how people type amounts, days and months in a form; what could mean two things is refused."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from contextlib import suppress
from enum import Enum

from encours.core import french
from encours.core.currencies import DECIMALS
from encours.core.days import month_number
from encours.core.errors import Refusal
from encours.core.sentences import say
from encours.core.typed import parse_amount, parse_date

MAX_LENGTH = 60
YEARS_AHEAD = 20
"""A year typed with two digits is of this century, and at most that far ahead."""

_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
_SPACES = re.compile(r"[ \u00a0\u2007\u2009\u202f]+")
_CURRENCY = re.compile(r"([€£$]|[A-Za-z]{3})")
_CURRENCY_LAST = re.compile(_CURRENCY.pattern + r"\Z")
_BOTH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+", re.ASCII)
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}", re.ASCII)
_THREE_AFTER = re.compile(r"\d{1,3}[.,]\d{3}", re.ASCII)
_FIGURES = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})?", re.ASCII)
_PARTED = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})(?:\2(\d{4}|\d{2}))?", re.ASCII)
_FROM_NOW = re.compile(r"([+-]) ?(\d{1,4})(?: ?(?:j|jours?|d|days?))?", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})[/.\- ]?(\d{4}|\d{2})|(\d{4})-(\d{2})", re.ASCII)
_WORDS = {
    "avant-hier": -2,
    "hier": -1,
    "aujourd'hui": 0,
    "demain": 1,
    "apres-demain": 2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
}
_FRENCH_DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche"
_ENGLISH_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAYS = {
    name: number for names in (_FRENCH_DAYS, _ENGLISH_DAYS) for number, name in enumerate(names.split())
}
_WEEKDAY = re.compile(rf"(?:(last|next) )?({'|'.join(_WEEKDAYS)})(?: (dernier|prochain))?")


class Looking(Enum):
    """Which «lundi» a field means: the last one (a payment) or the next one (a due date)."""

    BACK = "back"
    AHEAD = "ahead"


def typed_amount(text: str, currency: str) -> int:
    """Return an amount as a person types it, in the minor units of its currency.

    Beyond what files hold: ``1 234,50 €``, ``EUR 5``, ``9,500.00``, ``9.500,00``, ``1,234,567``. What
    may be a thousand or a decimal (``1,234`` in EUR) is refused, and so is another currency's sign.
    """
    figures = _without_currency(text.strip()[: MAX_LENGTH + 1], currency).replace("\u2212", "-")
    figures = _SPACES.sub(" ", figures)
    sign, bare = ("-", figures[1:]) if figures.startswith("-") else ("", figures)
    if _BOTH.fullmatch(bare):
        decimal = max(".,", key=bare.rindex)
        bare = bare.replace("." if decimal == "," else ",", "")
    elif _GROUPS.fullmatch(bare):
        bare = bare.replace(",", "").replace(".", "")
    try:
        return parse_amount(sign + bare, currency)
    except Refusal:
        if _THREE_AFTER.fullmatch(bare):
            raise Refusal(_either(bare)) from None
        raise


def typed_date(
    text: str, *, today: dt.date, looking: Looking = Looking.BACK, counted_from: dt.date | None = None
) -> dt.date:
    """Return a day as a person types it: ``31/03/2026 31/3 3103 310326 hier lundi +30`` or ISO.

    Without a year it is this year's. ``+30`` counts from ``counted_from``, today at first.
    """
    typed = _folded(text)
    if match := _FROM_NOW.fullmatch(typed):
        days = int(match[1] + match[2])
        return _sound((counted_from or today) + dt.timedelta(days=days))
    if typed in _WORDS:
        return _sound(today + dt.timedelta(days=_WORDS[typed]))
    if match := _WEEKDAY.fullmatch(typed):
        return _sound(_weekday(match, today, looking))
    if match := _FIGURES.fullmatch(typed):
        return _in_figures(match[1], match[2], match[3], today)
    if match := _PARTED.fullmatch(typed):
        return _in_figures(match[1], match[3], match[4], today)
    try:
        return parse_date(typed)
    except Refusal as refusal:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII):
            raise
        raise Refusal(
            say("Une date s'écrit 31/03/2026, 31/3, 3103, 310326, hier, lundi ou +30.")
        ) from refusal


def typed_month(text: str, *, today: dt.date) -> int:
    """Return a month as a person types it, as its number: ``01/2016 1/16 0116 2016-01 janvier 2016``."""
    with suppress(ValueError):
        return french.parse_period_month(text)
    typed = _folded(text)
    names = french.month_names()
    name, _, year = typed.partition(" ")
    if name in names:
        return _year_of(year, today) * 12 + names[name] if year else today.year * 12 + names[name]
    match = _MONTH.fullmatch(typed)
    if match and 1 <= int(match[1] or match[4]) <= 12:
        return _year_of(match[2] or match[3], today) * 12 + int(match[1] or match[4]) - 1
    if typed in {"ce mois", "this month"}:
        return month_number(today)
    raise Refusal(
        say(
            "«\u00a0%(text)s\u00a0» n'est pas un mois\u00a0: écrivez-le MM/AAAA, par exemple 01/2016",
            text=text,
        )
        + "."
    )


def _without_currency(text: str, currency: str) -> str:
    """Return a text without the sign or code of its currency, before or after the figures."""
    found = _CURRENCY.match(text) or _CURRENCY_LAST.search(text)
    sign = "-" if text[:1] in {"-", "\u2212"} and _CURRENCY.match(text, 1) else ""
    found = _CURRENCY.match(text, 1) if sign else found
    named = _SIGNS.get(found[1], found[1].upper()) if found else ""
    if found is None or named not in DECIMALS:
        return text
    if named != currency:
        raise Refusal(
            say(
                "Ce montant est en %(typed)s, la devise est %(currency)s\u00a0: vérifiez l'un et l'autre.",
                typed=named,
                currency=currency,
            )
        )
    return sign + (text[len(sign) : found.start()] + text[found.end() :]).strip()


def _either(figures: str) -> str:
    whole, fraction = re.split("[.,]", figures)
    return say(
        "«\u00a0%(text)s\u00a0» peut se lire de deux façons\u00a0: écrivez %(thousand)s,00 pour un millier,"
        " ou %(whole)s,%(cents)s pour des centimes.",
        text=figures,
        thousand=f"{whole}\u202f{fraction}",
        whole=whole,
        cents=fraction[:2],
    )


def _folded(text: str) -> str:
    """Return a text in small letters without accents, its apostrophes and spaces made plain."""
    plain = unicodedata.normalize("NFD", text.strip()[: MAX_LENGTH + 1].casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(plain.replace("\u2019", "'").replace("\u2212", "-").split())


def _in_figures(day: str, month: str, year: str | None, today: dt.date) -> dt.date:
    full = _year_of(year, today) if year else today.year
    return parse_date(f"{full:04}-{int(month):02}-{int(day):02}")


def _year_of(text: str, today: dt.date) -> int:
    if not re.fullmatch(r"\d{4}|\d{2}", text, re.ASCII):
        raise Refusal(say("Une année s'écrit 2026 ou 26."))
    year = int(text) if len(text) == 4 else today.year // 100 * 100 + int(text)
    if len(text) == 2 and year > today.year + YEARS_AHEAD:
        raise Refusal(
            say("«\u00a0%(year)s\u00a0»\u00a0: écrivez l'année avec ses quatre chiffres.", year=text)
        )
    return _sound(dt.date(max(year, 1), 1, 1)).year


def _weekday(match: re.Match[str], today: dt.date, looking: Looking) -> dt.date:
    last_or_next = match[1] or match[3] or ""
    ahead = (_WEEKDAYS[match[2]] - today.weekday()) % 7
    if not ahead and not last_or_next:
        raise Refusal(
            say("Nous sommes ce jour-là\u00a0: écrivez «\u00a0aujourd'hui\u00a0», ou la date voulue.")
        )
    is_back = last_or_next in {"last", "dernier"} or (not last_or_next and looking is Looking.BACK)
    days = ahead - 7 if is_back else ahead or 7
    return today + dt.timedelta(days=days)


def _sound(day: dt.date) -> dt.date:
    """Return a day that a document may carry; raise Refusal for another."""
    return parse_date(day.isoformat())
