"""Documents are issued at positions without hole or fork, and their bytes are kept once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction

from encours.archive import chain, seal, store
from encours.archive.models import ChainHead, IssuedDocument, StoredBlob
from encours.core.hash_chain import GENESIS

NOW = dt.datetime(2016, 5, 16, 9, 22, 48, tzinfo=dt.UTC)


def issue(content: bytes, number: int = 1, name: str = "TC") -> IssuedDocument:
    return chain.issue(
        chain=name,
        kind="letter",
        reference=f"{name}-{number}",
        filename=f"Relance-{name}-{number}.pdf",
        media_type="application/pdf",
        content=content,
        details={"account": 7},
        now=NOW,
    )


@pytest.mark.django_db
def test_bytes_are_kept_once_and_given_back_exactly() -> None:
    first = store.put(b"\x00\xff octets")
    assert store.put(b"\x00\xff octets") == first
    assert store.get(first) == b"\x00\xff octets"
    assert store.sizes_of([first]) == {first: 9}
    assert StoredBlob.objects.count() == 1


@pytest.mark.django_db
def test_bytes_that_are_not_kept_are_refused_by_name() -> None:
    with pytest.raises(store.NotStoredError, match="0000"):
        store.get(GENESIS)
    with pytest.raises(store.NotStoredError, match="0000"):
        store.sizes_of([GENESIS])


@pytest.mark.django_db
def test_each_document_follows_the_one_before_it_in_its_own_chain() -> None:
    first, second, other = issue(b"a"), issue(b"b", 2), issue(b"a", 1, "AUTRE")
    assert [first.position, second.position, other.position] == [1, 2, 1]
    assert [first.previous_link, second.previous_link, other.previous_link] == [GENESIS, first.link, GENESIS]
    assert first.details == '{"account":7}'
    head = ChainHead.objects.get(chain="TC")
    assert (head.position, head.link) == (2, second.link)


@pytest.mark.django_db
def test_a_document_whose_bytes_are_not_kept_is_refused_and_the_chain_stays() -> None:
    issue(b"a")
    with pytest.raises(store.NotStoredError), transaction.atomic():
        chain.issue(
            chain="TC",
            kind="letter",
            reference="TC-2",
            filename="x.pdf",
            media_type="application/pdf",
            sha256=GENESIS,
            now=NOW,
        )
    assert IssuedDocument.objects.count() == 1
    assert ChainHead.objects.get(chain="TC").position == 1


@pytest.mark.django_db(transaction=True)
def test_the_newest_link_is_sealed_outside_the_database_once_committed(seal_folder: Path) -> None:
    with transaction.atomic():
        issue(b"rolled back")
        transaction.set_rollback(True)
    assert seal.kept_seals() == []
    issue(b"a")
    document = issue(b"b", 2)
    assert seal.kept_seals() == [seal.Seal("TC", 2, document.link)]


def test_an_older_seal_never_replaces_a_newer_one(seal_folder: Path) -> None:
    seal.keep("../é", 2, "b")
    seal.keep("../é", 1, "a")
    assert seal.kept_seals() == [seal.Seal("../é", 2, "b")]
    assert sorted(path.parent for path in seal_folder.iterdir()) == [seal_folder] * 2


@pytest.mark.django_db
def test_many_contents_are_kept_at_once_each_one_time() -> None:
    kept = store.put(b"un")
    hashes = store.put_all([b"deux", b"un", b"deux"])
    assert hashes[1] == kept
    assert hashes[0] == hashes[2]
    assert [store.get(sha256) for sha256 in hashes] == [b"deux", b"un", b"deux"]
    assert StoredBlob.objects.count() == 2
