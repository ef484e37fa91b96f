"""Turn what a line of the journal holds before and after into words that a person reads."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from encours.audit.models import AuditLine
from encours.core import french
from encours.core.money import Money
from encours.desk.journal.words import VALUE_FIELDS, VALUES, field_label
from encours.languages import reader_language, with_code

NOTHING = "—"
LONGEST = 500
MAX_CHANGES = 60
MAX_MINOR = 10**18
ENTITIES = ("entity_id", "entity_ids")
"""The fields that hold keys of entities; they are shown by code."""
NO_CODES: Mapping[int, str] = {}
NUMBERS = frozenset({"account", "versions"})
"""What says nothing to a person: keys of rows."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """One field; ``before`` is empty where the line tells of no former value."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        between = f"{self.before} → {self.after}" if self.before else self.after
        return field_and(self.label, between)


def field_and(label: object, value: str) -> str:
    """Return a field with its value: «Montant : 9 500,00 EUR»."""
    return _("%(field)s\u00a0: %(value)s") % {"field": label, "value": value}


def changes_of(line: AuditLine, codes: Mapping[int, str] = NO_CODES) -> list[Change]:
    """Return the fields of a line in its order, with their values as a person writes them.

    ``codes`` are those of the entities that the reader sees; another entity keeps its number.
    """
    before, after = _fields(line.before, codes), _fields(line.after, codes)
    currency = str(after.get("currency", before.get("currency", "")))
    names = [name for name in dict.fromkeys([*before, *after]) if _is_told(name, before, after)][:MAX_CHANGES]
    return [
        Change(
            label=field_label(name),
            before=shown(name, before[name], currency) if name in before else "",
            after=shown(name, after.get(name), currency) if after or name not in before else NOTHING,
        )
        for name in names
    ]


def _is_told(name: str, before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Tell whether a field says something: the key of a row does not, nor what stayed as it was."""
    return name not in NUMBERS and (name not in before or name not in after or before[name] != after[name])


def shown(name: str, value: object, currency: str = "") -> str:
    """Return one value as a person reads it; amounts need the currency that stands beside them."""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, Mapping):
        return _flat(name, value)
    if isinstance(value, list):
        return _listed(name, value, currency)
    if isinstance(value, int):
        is_amount = name.endswith("_minor") and bool(currency) and abs(value) < MAX_MINOR
        return with_code(Money(value, currency)) if is_amount else str(value)
    return _text(name, str(value))


def _text(name: str, text: str) -> str:
    if name in VALUE_FIELDS and text in VALUES:
        return str(VALUES[text])
    if found := _day_or_moment(text):
        return found
    if text.startswith("{"):
        return _object(name, text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _day_or_moment(text: str) -> str:
    """Return a day or a moment as the reader writes it; nothing if the text is neither."""
    try:
        if _DAY.match(text):
            return french.date(dt.date.fromisoformat(text))
        if _MOMENT.match(text):
            return french.moment(dt.datetime.fromisoformat(text), reader_language())
    except ValueError:
        pass
    return ""


def _object(name: str, text: str) -> str:
    """Return a text that is JSON as the values in it."""
    try:
        return _flat(name, json.loads(text))[:LONGEST]
    except ValueError:
        return text[:LONGEST]


def _listed(name: str, values: list[object], currency: str) -> str:
    """Return a list as a person reads it; what belongs together in it stays together."""
    parts = (
        " ".join(shown(name, each, currency) for each in one)
        if isinstance(one, list)
        else shown(name, one, currency)
        for one in values
    )
    return ", ".join(parts)[:LONGEST]


def _flat(name: str, value: Mapping[str, object]) -> str:
    """Return what an object holds; one of amounts has them by currency."""
    if name.endswith("_minor"):
        return ", ".join(shown(name, one, currency) for currency, one in value.items())
    told = ((key, one) for key, one in value.items() if key not in NUMBERS and one not in (None, "", [], {}))
    return " · ".join(field_and(field_label(key), shown(key, one)) for key, one in told)


def _fields(value: object, codes: Mapping[int, str]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        return {}
    return {**value, **{name: _named(value[name], codes) for name in ENTITIES if name in value}}


def _named(value: object, codes: Mapping[int, str]) -> object:
    if isinstance(value, list):
        return [_named(one, codes) for one in value]
    return codes.get(value, value) if isinstance(value, int) else value
