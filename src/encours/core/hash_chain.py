"""Know how documents are linked: by the SHA-256 of a document's fields and of the link before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

GENESIS = "0" * 64
"""The link before the first document of a chain."""

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical_json(value: object) -> str:
    """Return the one JSON text of a value: keys in order, no spaces, no float, characters as they are."""
    return _encode(_without_floats(value))


def link_of(previous_link: str, fields: Mapping[str, str | int]) -> str:
    """Return the link of a document: it changes with any field, and with any document before it.

    The fields are written as canonical JSON, so that no two sets of fields give the same text.
    """
    if any(isinstance(value, float) for value in fields.values()):
        raise TypeError("a float has no canonical form")
    text = _encode({"previous_link": previous_link, "fields": fields})
    return sha256_of(text.encode("utf-8", "surrogatepass"))


def _without_floats(value: object) -> object:
    """Return the value unchanged; raise TypeError for a float, whose text depends on who writes it."""
    if isinstance(value, float):
        raise TypeError("a float has no canonical form")
    if isinstance(value, Mapping):
        return {str(key): _without_floats(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_floats(item) for item in value]
    return value
