"""Know how texts, codes, dates and amounts are written in a file or typed by a person; refuse the rest."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from encours.core.currencies import DECIMALS
from encours.core.errors import Refusal
from encours.core.money import MAX_MINOR
from encours.core.sentences import say

FIRST_YEAR, LAST_YEAR = 1900, 2199
_LINE_BREAK = re.compile("[\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\t\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_AMOUNT = re.compile(r"(-?)([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?")
_GROUP_SPACES = str.maketrans("", "", " \u00a0\u202f")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def parse_text(text: str, *, max_length: int) -> str:
    """Return a text of one line without the spaces around it, otherwise literally as it was written.

    Raise Refusal for a line break, a control character or too many characters.
    """
    stripped = text.strip()
    if not stripped.isprintable():
        if _LINE_BREAK.search(stripped):
            raise Refusal(say("Ce texte tient sur une seule ligne\u00a0: retirez le saut de ligne."))
        control = _CONTROL.search(stripped)
        if control:
            code = f"U+{ord(control[0]):04X}"
            raise Refusal(say("Caractère de commande interdit (%(code)s)\u00a0: retirez-le.", code=code))
    if len(stripped) > max_length:
        raise Refusal(
            say(
                "Trop long\u00a0: %(length)s caractères, %(most)s au plus.",
                length=len(stripped),
                most=max_length,
            )
        )
    return stripped


def parse_entity_code(text: str, *, max_length: int) -> str:
    """Return the code of a billing entity, which file names and addresses carry as it is."""
    code = parse_text(text, max_length=max_length)
    if not _CODE.fullmatch(code):
        raise Refusal(
            say(
                "Un code d'entité commence par une lettre ou un chiffre et ne contient que des lettres sans"
                " accent, des chiffres, «\u00a0.\u00a0», «\u00a0_\u00a0» et «\u00a0-\u00a0»."
            )
        )
    return code


@lru_cache(maxsize=4096)
def parse_date(text: str) -> dt.date:
    """Return a date written ``2016-01-31`` or ``31/01/2016``; raise Refusal for any other form."""
    stripped = text.strip()
    if match := _ISO_DATE.fullmatch(stripped):
        year, month, day = match.groups()
    elif match := _FRENCH_DATE.fullmatch(stripped):
        day, month, year = match.groups()
    else:
        raise Refusal(say("Une date s'écrit 2016-01-31 ou 31/01/2016."))
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise Refusal(say("L'année d'une date va de %(first)s à %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise Refusal(say("Cette date n'existe pas dans le calendrier.")) from None


@lru_cache(maxsize=256)
def parse_currency(text: str) -> str:
    """Return a currency code of ISO 4217."""
    code = text.strip()
    if code not in DECIMALS:
        raise Refusal(say("Une devise est un code ISO 4217 en capitales, par exemple EUR."))
    return code


def parse_amount(text: str, currency: str) -> int:
    """Return an amount written ``9500.00`` or ``9 500,00`` in the minor units of its currency, sign kept.

    Thousands may be set apart by spaces (U+0020, U+00A0, U+202F) and by nothing else; more decimals than
    the currency has are refused even if they are zeros, since ``1.000`` may have been meant as a thousand.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise Refusal(say("Un montant s'écrit 9500.00 ou 9\u00a0500,00."))
    sign, whole, fraction = match[1], match[2].translate(_GROUP_SPACES), match[3] or ""
    decimals = DECIMALS[currency]
    if len(fraction) > decimals:
        raise Refusal(_too_many_decimals(currency, decimals))
    if len(whole) > len(str(MAX_MINOR)):
        raise Refusal(say("Ce montant est trop grand."))
    minor = int(whole + fraction.ljust(decimals, "0"))
    if minor > MAX_MINOR:
        raise Refusal(say("Ce montant est trop grand."))
    return -minor if sign else minor


def _too_many_decimals(currency: str, decimals: int) -> str:
    if decimals == 0:
        return say("Un montant en %(currency)s n'a pas de décimales.", currency=currency)
    return say(
        "Un montant en %(currency)s a %(decimals)s décimales au plus.", currency=currency, decimals=decimals
    )
