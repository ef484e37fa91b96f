"""Turn what a line of the journal holds before and after into words that a person reads."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from encours.audit.models import AuditLine
from encours.core import french
from encours.core.money import Money
from encours.desk.journal.words import FIELDS, VALUE_FIELDS, VALUES
from encours.languages import with_code

NOTHING = "—"
LONGEST = 500
MAX_CHANGES = 60
MAX_MINOR = 10**18
ENTITIES = ("entity_id", "entity_ids")
"""The fields that hold keys of entities; they are shown by code."""
NO_CODES: Mapping[int, str] = {}
NUMBERS = frozenset({"account"})
"""What says nothing to a person: the key of a row."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


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
    names = [name for name in dict.fromkeys([*before, *after]) if name not in NUMBERS][:MAX_CHANGES]
    return [
        Change(
            label=str(FIELDS.get(name, name)),
            before=shown(name, before[name], currency) if name in before else "",
            after=shown(name, after.get(name), currency) if after or name not in before else NOTHING,
        )
        for name in names
    ]


def shown(name: str, value: object, currency: str = "") -> str:
    """Return one value as a person reads it; amounts need the currency that stands beside them."""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, Mapping):
        return "; ".join(field_and(FIELDS.get(key, key), shown(key, one)) for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(shown(name, one, currency) for one in value)[:LONGEST]
    if isinstance(value, int):
        is_amount = name.endswith("_minor") and bool(currency) and abs(value) < MAX_MINOR
        return with_code(Money(value, currency)) if is_amount else str(value)
    return _text(name, str(value))


def _text(name: str, text: str) -> str:
    if name in VALUE_FIELDS and text in VALUES:
        return str(VALUES[text])
    if _DAY.match(text):
        try:
            return french.date(dt.date.fromisoformat(text))
        except ValueError:
            return text
    if text.startswith("{"):
        return _object(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _object(text: str) -> str:
    """Return a text that is JSON as the values in it."""
    try:
        value = json.loads(text)
    except ValueError:
        return text[:LONGEST]
    return "; ".join(_flat(value))[:LONGEST]


def _flat(value: Mapping[str, object]) -> Iterator[str]:
    for key, one in value.items():
        if one not in (None, "", [], {}):
            yield field_and(FIELDS.get(key, key), shown(key, one))


def _fields(value: object, codes: Mapping[int, str]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        return {}
    return {**value, **{name: _named(value[name], codes) for name in ENTITIES if name in value}}


def _named(value: object, codes: Mapping[int, str]) -> object:
    if isinstance(value, list):
        return [_named(one, codes) for one in value]
    return codes.get(value, value) if isinstance(value, int) else value
