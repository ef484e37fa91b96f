"""Let the bytes of documents go while their chain still verifies: a tombstone stands for what was purged.

The chain holds digests, so it needs no bytes. Each purge is itself a document of the chain, which names the
digests: bytes that are missing without one are a loss, or a crime.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence

from django.db import transaction

from encours.archive import chain as chains
from encours.archive import store
from encours.archive.models import IssuedDocument, StoredBlob, Tombstone
from encours.core.hash_chain import canonical_json

KIND = "purge"
TOMBSTONES_AT_ONCE = 500


@transaction.atomic
def purge(*, documents: Sequence[IssuedDocument], reason: str, by: str, now: dt.datetime) -> int:
    """Delete the bytes of documents, but those that another document shares; return how many went.

    The records of purges themselves never go.
    """
    gone = 0
    for name in sorted({row.chain for row in documents}):
        gone += _purge(name, [row for row in documents if row.chain == name], documents, reason, by, now)
    return gone


def purged_among(hashes: Collection[str]) -> set[str]:
    """Return those of some digests for which a tombstone stands."""
    return set(Tombstone.objects.filter(pk__in=set(hashes)).values_list("pk", flat=True))


def finish_purges() -> int:
    """Delete from the bucket what could not be deleted at its purge; return how much that was."""
    count = 0
    for names in store.purged_but_there():
        store.let_go(names)
        count += len(names)
    return count


def tombstones_without_a_record() -> Iterator[str]:
    """Yield the digests of tombstones that no purge of a chain names."""
    rows, last = Tombstone.objects.select_related("document").order_by("pk"), ""
    while page := list(rows.filter(pk__gt=last)[:TOMBSTONES_AT_ONCE]):
        named = {row.document_id: _named_in(row.document) for row in page}
        yield from (row.sha256 for row in page if row.sha256 not in named[row.document_id])
        last = page[-1].sha256


def _purge(
    name: str,
    documents: Sequence[IssuedDocument],
    everything: Sequence[IssuedDocument],
    reason: str,
    by: str,
    now: dt.datetime,
) -> int:
    wanted = {row.sha256 for row in documents if row.kind != KIND}
    others = IssuedDocument.objects.filter(sha256__in=wanted).exclude(pk__in=[row.pk for row in everything])
    wanted -= set(others.values_list("sha256", flat=True))
    wanted &= set(StoredBlob.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    wanted -= purged_among(wanted)
    if not wanted:
        return 0
    details = {"purged": sorted(wanted), "reason": reason, "by": by}
    record = chains.issue(
        chain=name,
        kind=KIND,
        reference=f"purge-{now:%Y%m%d-%H%M%S}",
        filename="purge.json",
        media_type="application/json",
        content=canonical_json({**details, "at": now.astimezone(dt.UTC).isoformat()}).encode(),
        details=details,
        now=now,
    )
    Tombstone.objects.bulk_create(Tombstone(sha256=one, document=record, purged_at=now) for one in wanted)
    rows = StoredBlob.objects.filter(pk__in=wanted)
    outside = sorted(rows.filter(content__isnull=True).values_list("pk", flat=True))
    rows.delete()
    if outside:  # a purge that is rolled back must find its bytes
        transaction.on_commit(lambda: store.let_go(outside), robust=True)
    return len(wanted)


def _named_in(document: IssuedDocument) -> frozenset[str]:
    try:
        details = json.loads(document.details) if document.kind == KIND else {}
        return frozenset(map(str, details.get("purged", ())))
    except (ValueError, AttributeError, TypeError):
        return frozenset()
