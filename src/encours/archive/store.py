"""Keep bytes once, known by their SHA-256; what is kept is never changed."""

from __future__ import annotations

import datetime as dt

from encours.archive.models import StoredBlob
from encours.core.hash_chain import sha256_of


class NotStoredError(LookupError):
    """No bytes are kept under this SHA-256."""


def put(content: bytes, *, now: dt.datetime) -> str:
    """Keep the bytes, unless they are kept already, and return their SHA-256."""
    sha256 = sha256_of(content)
    if not StoredBlob.objects.filter(pk=sha256).exists():
        blob = StoredBlob(sha256=sha256, content=content, size=len(content), created_at=now)
        StoredBlob.objects.bulk_create([blob], ignore_conflicts=True)  # two writers may bring the same bytes
    return sha256


def get(sha256: str) -> bytes:
    """Return the bytes kept under a SHA-256; raise NotStoredError if there are none."""
    content = StoredBlob.objects.filter(pk=sha256).values_list("content", flat=True).first()
    if content is None:
        raise NotStoredError(sha256)
    return bytes(content)


def size_of(sha256: str) -> int:
    """Return the size in bytes of what is kept under a SHA-256, without reading it."""
    size = StoredBlob.objects.filter(pk=sha256).values_list("size", flat=True).first()
    if size is None:
        raise NotStoredError(sha256)
    return size
