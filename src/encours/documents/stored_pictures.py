"""Find in the archive the pictures that a letterhead names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from encours.archive import store
from encours.documents.letterhead import Letterhead


def pictures_of(letterhead: Letterhead, unsaved: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the logo and the signature of a letterhead by their SHA-256, those that it has.

    ``unsaved`` holds new ones, which are not in the archive yet.
    """
    new = unsaved or {}
    names = (letterhead.logo_sha256, letterhead.signature_sha256)
    return {sha256: new.get(sha256) or _stored(sha256) for sha256 in names if sha256}


@lru_cache(maxsize=32)
def _stored(sha256: str) -> bytes:
    """Return a picture; what a SHA-256 names never changes, so each process reads it once."""
    return store.get(sha256)
