"""Turn a frozen dataclass of primitives and dates into JSON text and back, always to the same text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

FrozenT = TypeVar("FrozenT")
Builder = Callable[[Any], Any]


def to_json(document: object) -> str:
    """Return the JSON text of a frozen dataclass: keys in the order of its fields, dates in ISO 8601."""
    if not dataclasses.is_dataclass(document) or isinstance(document, type):
        raise TypeError("only a dataclass instance can be frozen")
    return json.dumps(document, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(cls: type[FrozenT], text: str) -> FrozenT:
    """Return the dataclass that a JSON text was made from; a field absent from it takes its default."""
    try:
        return cast("FrozenT", _built(cls, json.loads(text)))
    except TypeError as error:  # a field that this version does not know
        raise ValueError(str(error)) from error


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {name: getattr(value, name) for name in _names(value.__class__)}
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be frozen")


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


def _built(cls: Any, values: dict[str, Any]) -> Any:
    builders = _builders(cls)
    fields = dict(values)
    for name, build in builders.items():
        if fields.get(name) is not None:
            fields[name] = build(fields[name])
    return cls(**fields)


@cache
def _builders(cls: Any) -> dict[str, Builder]:
    """Return how the fields of a dataclass are built that are not as JSON has them: looked up once."""
    built = {name: _builder(kind) for name, kind in get_type_hints(cls).items()}
    return {name: builder for name, builder in built.items() if builder is not None}


def _builder(kind: Any) -> Builder | None:
    if get_origin(kind) is tuple:
        of_item = _builder(get_args(kind)[0])
        return tuple if of_item is None else partial(_tuple, of_item)
    kind = _without_none(kind)
    if dataclasses.is_dataclass(kind):
        return partial(_built, kind)
    return dt.date.fromisoformat if kind is dt.date else None


def _tuple(of_item: Builder, values: list[Any]) -> tuple[Any, ...]:
    return tuple(map(of_item, values))


def _without_none(kind: Any) -> Any:
    others = [each for each in get_args(kind) if each is not type(None)]
    return others[0] if len(others) == 1 and get_origin(kind) is not tuple else kind
