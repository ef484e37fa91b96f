"""Keep bytes once, known by their SHA-256; what is kept is never changed.

Each has a row. The bytes are in it, or in the bucket of ENCOURS_STORE_URL where there is one: then the row
has none, and is written only once the bucket gave the same bytes back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.db import IntegrityError, transaction

from encours import bulk
from encours.archive import bucket
from encours.archive.bucket import AlteredError, NotStoredError, UnavailableError
from encours.archive.models import StoredBlob, Tombstone
from encours.core.hash_chain import sha256_of
from encours.db import read_bytes

__all__ = ["AlteredError", "NotStoredError", "UnavailableError"]


def put(content: bytes) -> str:
    """Keep the bytes, unless they are kept already, and return their SHA-256."""
    return put_all([content])[0]


def carry(contents: Sequence[bytes]) -> frozenset[str]:
    """Bring bytes to the bucket before ``put_all``, so that no lock waits for it; return which are there.

    Nothing is done where they live in the database.
    """
    outside = bucket.opened()
    if outside is None:
        return frozenset()
    missing = _missing([sha256_of(content) for content in contents], contents)
    outside.put_all(missing)
    return frozenset(missing)


def put_all(contents: Sequence[bytes], carried: Collection[str] = ()) -> list[str]:
    """Keep many at once, in two statements, and return their SHA-256 in the same order."""
    hashes = [sha256_of(content) for content in contents]
    outside, missing = bucket.opened(), _missing(hashes, contents)
    if outside is None:
        _insert([(sha256, content, len(content)) for sha256, content in missing.items()])
    elif missing:
        with transaction.atomic():
            wanted = missing.keys() - set(carried) | _being_let_go(missing)
            outside.put_all({sha256: missing[sha256] for sha256 in wanted})
            _insert([(sha256, None, len(content)) for sha256, content in missing.items()])
    return hashes


def get(sha256: str) -> bytes:
    """Return the bytes kept under a SHA-256; raise NotStoredError if there are none."""
    row = StoredBlob.objects.filter(pk=sha256).values_list("content").first()
    if row is None:
        raise NotStoredError(sha256)
    return bucket.required().get(sha256) if row[0] is None else bytes(row[0])


def sizes_of(hashes: Collection[str]) -> dict[str, int]:
    """Return the size in bytes of what is kept under each SHA-256; raise NotStoredError if one is not."""
    sizes = dict(StoredBlob.objects.filter(pk__in=set(hashes)).values_list("pk", "size"))
    for sha256 in hashes:
        if sha256 not in sizes:
            raise NotStoredError(sha256)
    return sizes


def get_many(sha256s: Collection[str]) -> dict[str, bytes]:
    """Return the bytes kept under each SHA-256, read at once; what is not kept is not in the answer."""
    if not sha256s:
        return {}
    rows = StoredBlob.objects.filter(pk__in=set(sha256s)).values_list("pk", "content")
    query, values = rows.query.sql_with_params()
    found = dict(read_bytes(query, *values))
    outside = [sha256 for sha256, content in found.items() if content is None]
    inside = {sha256: bytes(content) for sha256, content in found.items() if content is not None}
    return inside | (bucket.required().get_many(outside) if outside else {})


def let_go(hashes: Collection[str]) -> None:
    """Delete from the bucket what was purged, unless the same bytes were kept again since."""
    with transaction.atomic():
        _being_let_go(hashes)
        kept = StoredBlob.objects.filter(pk__in=hashes).values_list("pk", flat=True)
        bucket.required().delete_all(set(hashes) - set(kept))


def purged_but_there() -> Iterator[list[str]]:
    """Yield what is still in the bucket though a purge let it go: the bucket was away at that moment."""
    outside = bucket.opened()
    for names in outside.names() if outside else ():
        purged = set(Tombstone.objects.filter(pk__in=names).values_list("pk", flat=True))
        kept = StoredBlob.objects.filter(pk__in=purged).values_list("pk", flat=True)
        if left := sorted(purged - set(kept)):
            yield left


def _missing(hashes: Sequence[str], contents: Sequence[bytes]) -> dict[str, bytes]:
    """Return by SHA-256, in one order, what has no row yet: two writers of the same wait, never in a ring."""
    missing = dict(zip(hashes, contents, strict=True))
    for known in StoredBlob.objects.filter(pk__in=missing.keys()).values_list("pk", flat=True):
        del missing[known]
    return dict(sorted(missing.items()))


def _insert(rows: Sequence[tuple[str, bytes | None, int]]) -> None:
    if not rows:
        return
    try:
        with transaction.atomic():
            bulk.insert_rows(StoredBlob, ("sha256", "content", "size"), rows)
    except IntegrityError:  # somebody brought the same bytes since we looked
        blobs = [StoredBlob(sha256=sha256, content=content, size=size) for sha256, content, size in rows]
        StoredBlob.objects.bulk_create(blobs, ignore_conflicts=True)


def _being_let_go(hashes: Collection[str]) -> set[str]:
    """Return what a purge may be deleting at this moment, and keep it from that until we are done."""
    rows = Tombstone.objects.select_for_update().filter(pk__in=hashes).order_by("pk")
    return set(rows.values_list("pk", flat=True))
