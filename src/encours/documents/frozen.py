"""Turn a frozen dataclass of primitives and dates into JSON text and back, always to the same text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

FrozenT = TypeVar("FrozenT")


def to_json(document: object) -> str:
    """Return the JSON text of a frozen dataclass: keys in the order of its fields, dates in ISO 8601."""
    if not dataclasses.is_dataclass(document) or isinstance(document, type):
        raise TypeError("only a dataclass instance can be frozen")
    return json.dumps(document, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(cls: type[FrozenT], text: str) -> FrozenT:
    """Return the dataclass that a JSON text was made from; a field absent from it takes its default."""
    return cast("FrozenT", _build(cls, json.loads(text)))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be frozen")


def _build(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(_build(item, each) for each in value)
    kind = _without_none(kind)
    if dataclasses.is_dataclass(kind):
        hints = _fields(cast("Any", kind))
        return cast("Any", kind)(**{name: _build(hints[name], item) for name, item in value.items()})
    return dt.date.fromisoformat(value) if kind is dt.date else value


@cache
def _fields(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _without_none(kind: Any) -> Any:
    others = [each for each in get_args(kind) if each is not type(None)]
    return others[0] if len(others) == 1 and get_origin(kind) is not tuple else kind
