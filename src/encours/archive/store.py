"""Keep bytes once, known by their SHA-256; what is kept is never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import IntegrityError, transaction

from encours import bulk
from encours.archive.models import StoredBlob
from encours.core.hash_chain import sha256_of


class NotStoredError(LookupError):
    """No bytes are kept under this SHA-256."""


def put(content: bytes) -> str:
    """Keep the bytes, unless they are kept already, and return their SHA-256."""
    sha256 = sha256_of(content)
    if not StoredBlob.objects.filter(pk=sha256).exists():
        blob = StoredBlob(sha256=sha256, content=content, size=len(content))
        StoredBlob.objects.bulk_create([blob], ignore_conflicts=True)  # two writers may bring the same bytes
    return sha256


def put_all(contents: Sequence[bytes]) -> list[str]:
    """Keep many at once, in two statements, and return their SHA-256 in the same order."""
    hashes = [sha256_of(content) for content in contents]
    missing = dict(zip(hashes, contents, strict=True))
    for known in StoredBlob.objects.filter(pk__in=missing.keys()).values_list("pk", flat=True):
        del missing[known]
    # In one order: two writers of the same bytes wait, never for each other.
    rows = [(sha256, missing[sha256], len(missing[sha256])) for sha256 in sorted(missing)]
    try:
        with transaction.atomic():
            bulk.insert_rows(StoredBlob, ("sha256", "content", "size"), rows)
    except IntegrityError:  # somebody brought the same bytes since we looked
        blobs = [StoredBlob(sha256=sha256, content=content, size=size) for sha256, content, size in rows]
        StoredBlob.objects.bulk_create(blobs, ignore_conflicts=True)
    return hashes


def get(sha256: str) -> bytes:
    """Return the bytes kept under a SHA-256; raise NotStoredError if there are none."""
    content = StoredBlob.objects.filter(pk=sha256).values_list("content", flat=True).first()
    if content is None:
        raise NotStoredError(sha256)
    return bytes(content)


def sizes_of(hashes: Collection[str]) -> dict[str, int]:
    """Return the size in bytes of what is kept under each SHA-256; raise NotStoredError if one is not."""
    sizes = dict(StoredBlob.objects.filter(pk__in=set(hashes)).values_list("pk", "size"))
    for sha256 in hashes:
        if sha256 not in sizes:
            raise NotStoredError(sha256)
    return sizes


def get_many(sha256s: Collection[str]) -> dict[str, bytes]:
    """Return the bytes kept under each SHA-256, read at once; what is not kept is not in the answer."""
    found = StoredBlob.objects.filter(pk__in=set(sha256s)).values_list("pk", "content")
    return {sha256: bytes(content) for sha256, content in found}
