"""Add issued documents to their chain: the head is locked, so that positions have no hole and no fork."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from encours import bulk
from encours.archive import seal, store
from encours.archive.models import ChainHead, IssuedDocument
from encours.core.hash_chain import GENESIS, canonical_json, link_of


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be issued. Its bytes are kept already: ``sha256`` names them in archive.store."""

    kind: str
    reference: str
    filename: str
    media_type: str
    sha256: str
    details: Mapping[str, object] = field(default_factory=dict)


def issue(
    *,
    chain: str,
    kind: str,
    reference: str,
    filename: str,
    media_type: str,
    content: bytes | None = None,
    sha256: str = "",
    details: Mapping[str, object] | None = None,
    now: dt.datetime,
) -> IssuedDocument:
    """Add one document, given by its bytes or by the SHA-256 of bytes kept already."""
    if content is not None:
        sha256 = store.put(content)
    document = NewDocument(kind, reference, filename, media_type, sha256, details or {})
    return issue_all(chain=chain, documents=[document], now=now)[0]


@transaction.atomic
def issue_all(*, chain: str, documents: Sequence[NewDocument], now: dt.datetime) -> list[IssuedDocument]:
    """Add documents to a chain in the order given and return their rows.

    The head of the chain stays locked until the caller's transaction ends.
    """
    sizes = store.sizes_of([document.sha256 for document in documents])
    head = _locked_head(chain)
    rows = []
    for document in documents:
        row = _next_row(head, document, sizes[document.sha256], now)
        head.position, head.link = row.position, row.link
        rows.append(row)
    bulk.create_all(rows)
    head.save(update_fields=["position", "link"])
    transaction.on_commit(lambda: seal.keep(chain, head.position, head.link), robust=True)
    return rows


def linked_fields(row: IssuedDocument) -> dict[str, str | int]:
    """Return the fields of a document that its link covers: all but the key of the row."""
    return {
        "chain": row.chain,
        "position": row.position,
        "kind": row.kind,
        "reference": row.reference,
        "filename": row.filename,
        "media_type": row.media_type,
        "sha256": row.sha256,
        "size": row.size,
        "issued_at": row.issued_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "details": row.details,
    }


def _locked_head(chain: str) -> ChainHead:
    """Return the head of a chain, locked; it is made when the chain is new."""
    ChainHead.objects.bulk_create([ChainHead(chain=chain, position=0, link=GENESIS)], ignore_conflicts=True)
    return ChainHead.objects.select_for_update().get(chain=chain)


def _next_row(head: ChainHead, document: NewDocument, size: int, now: dt.datetime) -> IssuedDocument:
    row = IssuedDocument(
        chain=head.chain,
        position=head.position + 1,
        kind=document.kind,
        reference=document.reference,
        filename=document.filename,
        media_type=document.media_type,
        sha256=document.sha256,
        size=size,
        issued_at=now,
        details=canonical_json(document.details),
        previous_link=head.link,
    )
    row.link = link_of(row.previous_link, linked_fields(row))
    return row
