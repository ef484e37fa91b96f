"""Know when an e-mail address can be written to, and when a postal address is complete."""

from __future__ import annotations

import re
from contextlib import suppress

from encours.core.errors import Refusal
from encours.core.sentences import say

MAX_EMAIL_LENGTH = 254
MAX_LOCAL_PART_LENGTH = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SEPARATORS = re.compile(r"[;,\n]")

_FIVE_DIGITS, _FOUR_DIGITS = re.compile(r"[0-9]{5}"), re.compile(r"[0-9]{4}")
_WITH_FIVE_DIGITS = "FR GP MQ GF RE YT PM MF BL MC NC PF WF DE ES IT"
_WITH_FOUR_DIGITS = "BE CH LI LU AT DK"
_POSTCODES: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(_WITH_FIVE_DIGITS.split(), _FIVE_DIGITS),
    **dict.fromkeys(_WITH_FOUR_DIGITS.split(), _FOUR_DIGITS),
}
_WITHOUT = (
    "AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GA GD GH GM GQ GY HK IE JM KI KM KN KP"
    " LC ML MO MR MW NR NU PA QA RW SB SC SL SR ST SY TD TG TK TL TO TT TV UG VU YE ZW"
)
COUNTRIES_WITHOUT_POSTCODES = frozenset(_WITHOUT.split())
"""Countries whose letters carry no postcode, or carry one that most addresses go without (Ireland)."""


def split_emails(text: str) -> tuple[str, ...]:
    """Return the addresses typed in one field, separated by «;», «,» or line breaks, each once."""
    parts = (part.strip(" \t\r") for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def ascii_email(address: str) -> str:
    """Return an address in the form in which it is sent, its domain in ASCII (RFC 5321, RFC 5890).

    Raise Refusal for anything that is not one plain address: a name with angle brackets, a control
    character, a quoted local part, a domain without a dot.
    """
    local_part, at, domain = address.rpartition("@")
    if not at or not local_part:
        raise Refusal(
            say(
                "«\u00a0%(address)s\u00a0» n'est pas une adresse e-mail\u00a0: il y manque le"
                " «\u00a0@\u00a0».",
                address=_shown(address),
            )
        )
    if len(local_part) > MAX_LOCAL_PART_LENGTH or not _LOCAL_PART.fullmatch(local_part):
        raise Refusal(
            say(
                "«\u00a0%(address)s\u00a0» n'est pas une adresse e-mail\u00a0: écrivez l'adresse seule,"
                " sans nom, sans espace ni accent devant le «\u00a0@\u00a0».",
                address=_shown(address),
            )
        )
    ascii_domain = _ascii_domain(domain)
    if ascii_domain is None or len(local_part) + 1 + len(ascii_domain) > MAX_EMAIL_LENGTH:
        raise Refusal(
            say(
                "«\u00a0%(address)s\u00a0» n'est pas une adresse e-mail\u00a0: vérifiez le domaine après le"
                " «\u00a0@\u00a0».",
                address=_shown(address),
            )
        )
    return f"{local_part}@{ascii_domain}"


def is_email(address: str) -> bool:
    """Tell whether an address can be written to."""
    try:
        ascii_email(address)
    except Refusal:
        return False
    return True


def valid_emails(text: str) -> tuple[str, ...]:
    """Return the addresses of a field that can be written to, in the form in which they are sent."""
    found: dict[str, None] = {}
    for part in split_emails(text):
        with suppress(Refusal):
            found[ascii_email(part)] = None
    return tuple(found)


def needs_postcode(country: str) -> bool:
    """Tell whether a postal address of this country (ISO 3166, two letters) needs a postcode."""
    return country not in COUNTRIES_WITHOUT_POSTCODES


def is_postcode(postcode: str, country: str) -> bool:
    """Tell whether a postcode has the form of its country: five digits in France, known forms elsewhere."""
    if not postcode.strip():
        return not needs_postcode(country)
    pattern = _POSTCODES.get(country)
    return pattern is None or pattern.fullmatch(postcode.replace(" ", "")) is not None


def _ascii_domain(domain: str) -> str | None:
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = encoded.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return encoded


def _shown(text: str) -> str:
    """Return hostile text on one short printable line."""
    line = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return line if len(line) <= 80 else line[:79] + "…"
