"""Turn a frozen dataclass of primitives into JSON text and back, always to the same text."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

FrozenT = TypeVar("FrozenT")


def to_json(document: object) -> str:
    """Return the JSON text of a frozen dataclass: keys in the order of its fields."""
    if not dataclasses.is_dataclass(document) or isinstance(document, type):
        raise TypeError("only a dataclass instance can be frozen")
    return json.dumps(dataclasses.asdict(document), ensure_ascii=False, separators=(",", ":"))


def from_json(cls: type[FrozenT], text: str) -> FrozenT:
    """Return the dataclass that a JSON text was made from; a field absent from it takes its default."""
    return cast("FrozenT", _build(cls, json.loads(text)))


def _build(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return cast("Any", kind)(**{name: _build(hints[name], item) for name, item in value.items()})
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in value)
    return value
