"""Know which tables travel in a backup, in which order, and how each value is written as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

DOCUMENTS = "archive.storedblob"
"""The table whose bytes travel beside it, one member a document."""
STAYS_BEHIND = frozenset({"operations.workersign", "intake.importjob"})
"""Tables of ours that say nothing once their machine is gone, and the files that wait to be imported.

Sessions are Django's, and stay behind too.
"""
FILLED_BY_MIGRATIONS = ("dunning.templateversion", "dunning.messagetemplate", "dunning.severity")
"""What `encours migrate` has put into a new database, those that point at others first."""

Model = type[models.Model]
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One field: its attribute, and how its values go to JSON and come back for the database."""

    name: str
    to_json: Callable[[Any], Any] | None
    from_json: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table that travels."""

    label: str
    model: Model
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Return the attributes of its columns in order."""
        return [column.name for column in self.columns]


@cache
def travelling_tables() -> tuple[Table, ...]:
    """Return every table of ours, those that are pointed at before those that point."""
    ours = [
        model
        for app in apps.get_app_configs()
        if app.name.startswith("encours.")
        for model in app.get_models(include_auto_created=True)
        if model._meta.label_lower not in STAYS_BEHIND
    ]
    placed: dict[str, Model] = {}
    for _round in ours:
        for model in ours:
            if _targets(model) <= placed.keys():
                placed.setdefault(model._meta.label_lower, model)
    placed |= {model._meta.label_lower: model for model in ours}  # a circle: constraints are deferred
    return tuple(Table(label, model, _columns(model)) for label, model in placed.items())


def _targets(model: Model) -> set[str]:
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    return {key.target_field.model._meta.label_lower for key in keys} - {model._meta.label_lower}


def _columns(model: Model) -> tuple[Column, ...]:
    return tuple(
        _column(field) for field in model._meta.concrete_fields if not isinstance(field, models.BinaryField)
    )


def _column(field: models.Field[Any, Any]) -> Column:
    stored = field
    while isinstance(stored, models.ForeignKey):
        stored = stored.target_field
    to_json, from_json = _KINDS[stored.get_internal_type()]
    return Column(field.attname, to_json, from_json)


def _exactly(kind: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{value!r} is no {kind.__name__}")
        return value

    return check


def _moment(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment


_INTEGER = (None, _exactly(int))
_TEXT = (None, _exactly(str))
_KINDS: dict[str, tuple[Callable[[Any], Any] | None, Callable[[Any], Any]]] = {
    **dict.fromkeys(("AutoField", "BigAutoField", "IntegerField", "BigIntegerField"), _INTEGER),
    **dict.fromkeys(("SmallIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"), _INTEGER),
    **dict.fromkeys(("CharField", "TextField", "EmailField"), _TEXT),
    "BooleanField": (None, _exactly(bool)),
    "DateField": (dt.date.isoformat, dt.date.fromisoformat),
    "DateTimeField": (lambda moment: moment.astimezone(dt.UTC).isoformat(), _moment),
    "JSONField": (None, json.dumps),
}
