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
    _refuse_floats(value)
    return _encode(value)


def link_of(previous_link: str, fields: Mapping[str, str | int]) -> str:
    """Return the link of a document: it changes with any field, and with any document before it.

    The fields are written as canonical JSON, so that no two sets of fields give the same text.
    """
    if any(isinstance(value, float) for value in fields.values()):
        raise TypeError("a float has no canonical form")
    text = _encode({"previous_link": previous_link, "fields": fields})
    return sha256_of(text.encode("utf-8", "surrogatepass"))


def _refuse_floats(value: object) -> None:
    """Raise TypeError for a float, whose text depends on who writes it, and for a key that is no text."""
    if isinstance(value, str):
        return
    if isinstance(value, float):
        raise TypeError("a float has no canonical form")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("a key that is no text has no canonical form")
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
