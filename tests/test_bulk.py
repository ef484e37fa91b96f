"""Very many rows and bytes at once come back exactly as they were given, on either database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from encours import bulk
from encours.archive import store
from encours.core.hash_chain import sha256_of
from encours.db import among
from encours.delivery.models import Attempt, OutboxMessage
from tests import build

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def a_message(reference: str) -> OutboxMessage:
    return OutboxMessage.objects.create(
        reference=reference,
        recipient="compta@client.test",
        sender="relances@vendeur.test",
        message_id=f"<{reference}@vendeur.test>",
        content_sha256="0" * 64,
        size=1,
        next_attempt_at=NOON,
        created_at=NOON,
        changed_at=NOON,
    )


@pytest.mark.django_db
@given(contents=st.lists(st.binary(max_size=300), max_size=8))
def test_bytes_come_back_as_they_were_kept(contents: list[bytes]) -> None:
    hashes = store.put_all(contents)

    assert hashes == [sha256_of(content) for content in contents]
    assert store.get_many(hashes) == dict(zip(hashes, contents, strict=True))
    assert [store.get(sha256) for sha256 in hashes] == contents


@pytest.mark.django_db
def test_rows_are_found_by_two_keys_and_no_other_row_changes() -> None:
    first, second = a_message("R-1"), a_message("R-2")
    for message in (first, second):
        for number in (1, 2):
            Attempt.objects.create(message=message, number=number, started_at=NOON)

    bulk.update_rows(
        Attempt,
        ("reply", "ended_at"),
        [(first.pk, 2, "250 ok", NOON), (second.pk, 1, "550 «inconnu»", None)],
        keys=("message_id", "number"),
    )

    rows = Attempt.objects.order_by("message_id", "number")
    assert list(rows.values_list("message_id", "number", "reply", "ended_at")) == [
        (first.pk, 1, "", None),
        (first.pk, 2, "250 ok", NOON),
        (second.pk, 1, "550 «inconnu»", None),
        (second.pk, 2, "", None),
    ]


@pytest.mark.django_db
def test_rows_among_many_ids_are_found_with_one_parameter() -> None:
    accounts = [build.account() for _number in range(3)]
    rows = type(accounts[0]).objects.filter(id__in=among([accounts[0].pk, accounts[2].pk, -1]))

    assert set(rows) == {accounts[0], accounts[2]}
    assert len(rows.query.sql_with_params()[1]) == 1
    assert not type(accounts[0]).objects.filter(id__in=among([])).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite never compresses")
@pytest.mark.django_db
def test_postgresql_does_not_try_to_compress_what_is_kept() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstorage FROM pg_attribute"
            " WHERE attrelid = 'archive_storedblob'::regclass AND attname = 'content'"
        )
        assert cursor.fetchone() == ("e",)
