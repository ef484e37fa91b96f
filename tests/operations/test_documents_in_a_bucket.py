"""Documents live in a bucket of a real S3 server: written once, read back, nothing half done without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.fixtures import Settings

from encours import cli
from encours.access.models import Role
from encours.archive import bucket, chain, purging, store
from encours.archive.models import IssuedDocument, StoredBlob
from encours.archive.verify import verify_archive
from encours.core.hash_chain import sha256_of
from encours.delivery.dots import DotFolder
from encours.delivery.models import OutboxMessage
from encours.delivery.transport import FolderTransport
from encours.delivery.worker import Worker
from encours.dunning.issuing.run import resume
from encours.dunning.models import Reminder, ReminderState
from encours.operations.backup.making import make_backup
from encours.operations.backup.restoring import restore_backup
from encours.operations.doctor.database import check_store
from tests.build import ACTOR, NOW, account, invoice
from tests.desk.pages import signed_in, user
from tests.dunning.issuing import remind_one
from tests.s3server import BUCKET, KEYS, SECRET, S3Server, free_port

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = b"%PDF une lettre"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server() as running:
        yield running
    bucket._client.cache_clear()


@pytest.fixture(scope="module")
def nowhere() -> str:
    return f"s3://{BUCKET}/x?endpoint=http://127.0.0.1:{free_port()}&region=eu-west-3"


@pytest.fixture(autouse=True)
def prefix(server: S3Server, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Keep the documents of each test under a prefix of its own, and its seals too."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    settings.SEAL_DIR = tmp_path / "seals"
    settings.STORE_URL = server.url(tmp_path.name)
    return tmp_path.name


@pytest.fixture
def away(settings: Settings, prefix: str, nowhere: str) -> None:
    """Have nobody listen where the bucket is said to be."""
    settings.STORE_URL = nowhere


def issued(content: bytes, reference: str = "TOP-1") -> IssuedDocument:
    return chain.issue(
        chain="TOP",
        kind="letter",
        reference=reference,
        filename="lettre.pdf",
        media_type="application/pdf",
        content=content,
        now=NOW,
    )


def objects(server: S3Server, prefix: str) -> dict[str, bytes]:
    """Return what is in the bucket, as its owner sees it."""
    listed = server.client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/").get("Contents", [])
    keys = [one["Key"] for one in listed]
    return {
        key.removeprefix(f"{prefix}/"): server.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        for key in keys
    }


def overwrite(server: S3Server, prefix: str, sha256: str, content: bytes) -> None:
    server.client.put_object(Bucket=BUCKET, Key=f"{prefix}/{sha256}", Body=content)


def test_bytes_are_in_the_bucket_under_their_digest_once_and_not_in_the_database(
    server: S3Server, prefix: str
) -> None:
    first, again = store.put_all([LETTER, LETTER])
    assert first == again == store.put(LETTER)
    assert objects(server, prefix) == {first: LETTER}
    row = StoredBlob.objects.get()
    assert (row.sha256, row.content, row.size) == (first, None, len(LETTER))
    assert (store.get(first), store.get_many([first, "0" * 64])) == (LETTER, {first: LETTER})


def test_what_was_kept_in_the_database_before_stays_there_and_is_read(
    settings: Settings, server: S3Server, prefix: str
) -> None:
    address, settings.STORE_URL = settings.STORE_URL, ""
    old = store.put(b"ancien")
    settings.STORE_URL = address
    new = store.put(LETTER)
    assert store.get_many([old, new]) == {old: b"ancien", new: LETTER}
    assert list(objects(server, prefix)) == [new]


def test_other_bytes_under_a_name_are_neither_overwritten_nor_given_out_nor_taken_for_kept(
    server: S3Server, prefix: str
) -> None:
    document = issued(LETTER)
    overwrite(server, prefix, document.sha256, b"autre")
    with pytest.raises(store.NotStoredError):
        store.get(document.sha256)
    assert store.get_many([document.sha256]) == {}
    told = f"contenu {document.sha256} : changé ou disparu dans l'entrepôt (TOP-1 (lettre.pdf))"
    assert verify_archive().problems == [told]
    overwrite(server, prefix, sha256_of(b"neuf"), b"intrus")
    with pytest.raises(store.UnavailableError, match="pas gardé"):
        store.put(b"neuf")
    assert objects(server, prefix)[sha256_of(b"neuf")] == b"intrus"
    assert StoredBlob.objects.count() == 1


def test_the_archive_verifies_and_a_purge_deletes_the_object_once_it_is_committed(
    server: S3Server, prefix: str
) -> None:
    gone, stays = issued(LETTER), issued(b"autre lettre", "TOP-2")
    assert verify_archive().problems == []

    with transaction.atomic():
        purging.purge(documents=[gone], reason="durée", by="Anne", now=NOW)
        transaction.set_rollback(True)
    assert store.get(gone.sha256) == LETTER
    purging.purge(documents=[gone], reason="durée", by="Anne", now=NOW)
    assert gone.sha256 not in objects(server, prefix)
    assert store.get(stays.sha256) == b"autre lettre"
    assert verify_archive().problems == []


def test_a_purge_without_the_bucket_is_told_of_and_finished_later_but_not_what_was_kept_again(
    settings: Settings, server: S3Server, prefix: str, away: None
) -> None:
    elsewhere, settings.STORE_URL = settings.STORE_URL, server.url(prefix)
    one, other = issued(LETTER), issued(b"logo", "TOP-2")
    settings.STORE_URL = elsewhere
    with transaction.atomic():
        settings.STORE_URL = server.url(prefix)
        purging.purge(documents=[one, other], reason="durée", by="Anne", now=NOW)
        settings.STORE_URL = elsewhere
    settings.STORE_URL = server.url(prefix)
    assert {one.sha256, other.sha256} < objects(server, prefix).keys()
    store.put(b"logo")
    told = f"contenu {one.sha256} : purgé, mais encore dans l'entrepôt (encours retention --apply)"
    assert verify_archive().problems == [told]
    assert (purging.finish_purges(), purging.finish_purges()) == (1, 0)
    assert one.sha256 not in objects(server, prefix)
    assert store.get(other.sha256) == b"logo"


def test_a_reminder_waits_whole_while_the_bucket_is_away_and_is_issued_when_it_is_back(
    settings: Settings, server: S3Server, prefix: str, away: None
) -> None:
    on = account()
    invoice(on)
    waiting = remind_one(on, "E1")
    assert waiting.state == ReminderState.RESERVED
    assert waiting.last_error.startswith("L'entrepôt de documents ne répond pas (")
    assert (StoredBlob.objects.count(), IssuedDocument.objects.count(), OutboxMessage.objects.count()) == (
        *(0, 0, 0),
    )
    settings.STORE_URL = server.url(prefix)
    assert resume(clock=lambda: NOW + dt.timedelta(minutes=2)) == 1
    assert Reminder.objects.get().state == ReminderState.ISSUED
    assert objects(server, prefix).keys() == set(StoredBlob.objects.values_list("pk", flat=True))
    assert verify_archive().problems == []


def test_a_message_waits_in_the_outbox_while_the_bucket_is_away_and_is_not_lost(
    settings: Settings, server: S3Server, prefix: str, away: None, tmp_path: Path
) -> None:
    nobody, settings.STORE_URL = settings.STORE_URL, server.url(prefix)
    on = account()
    invoice(on)
    remind_one(on, "E1")

    def work(now: dt.datetime) -> str:
        Worker(
            open_transport=lambda: FolderTransport(tmp_path / "mail"),
            clock=lambda: now,
            dots=DotFolder(tmp_path / "workers"),
            connections=1,
        ).run(once=True)
        return str(OutboxMessage.objects.get().state)

    settings.STORE_URL = nobody
    assert work(NOW) == "queued"
    assert OutboxMessage.objects.get().failure_count == 0
    settings.STORE_URL = server.url(prefix)
    assert work(NOW + dt.timedelta(minutes=1)) == "sent"
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_a_page_and_a_command_say_in_a_sentence_that_documents_are_away(
    settings: Settings, server: S3Server, prefix: str, away: None, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody, settings.STORE_URL = settings.STORE_URL, server.url(prefix)
    on = account()
    invoice(on)
    reminder = remind_one(on)
    client = signed_in(user("lecteur", Role.READER))
    client.raise_request_exception = False
    name = reminder.files.all()[0].document.filename
    address = f"/relances/{reminder.reference}/fichiers/0/{name}"
    assert client.get(address).status_code == 200
    settings.STORE_URL = nobody
    answer = client.get(address)
    assert answer.status_code == 503
    assert "entrepôt de documents ne répond pas" in answer.content.decode()
    assert cli.run(["verify"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("L'entrepôt de documents ne répond pas (")
    assert SECRET not in answer.content.decode() + said.err + said.out
    assert [one.level.value for one in check_store()] == ["error"]
    settings.STORE_URL = ""
    with pytest.raises(store.UnavailableError, match="ENCOURS_STORE_URL"):
        store.get(reminder.files.all()[0].document.sha256)


def _emptied() -> None:
    call_command("flush", interactive=False, verbosity=0)


@pytest.mark.parametrize("into", ["bucket", "database"])
def test_a_backup_holds_the_bytes_and_comes_back_into_a_bucket_or_a_database(
    settings: Settings, server: S3Server, prefix: str, tmp_path: Path, into: str
) -> None:
    documents = [issued(LETTER), issued(b"autre lettre", "TOP-2")]
    target = tmp_path / "encours.tar"
    assert make_backup(target=target, actor=ACTOR, now=NOW).document_count == 2
    _emptied()
    settings.STORE_URL = server.url(f"{prefix}-2") if into == "bucket" else ""
    restore_backup(path=target, actor=ACTOR, now=NOW)
    assert [store.get(row.sha256) for row in documents] == [LETTER, b"autre lettre"]
    assert StoredBlob.objects.filter(content__isnull=True).count() == (2 if into == "bucket" else 0)
    assert len(objects(server, f"{prefix}-2")) == (2 if into == "bucket" else 0)
    assert verify_archive().problems == []


def test_no_backup_is_written_without_the_bucket_and_what_it_has_lost_is_told(
    settings: Settings, server: S3Server, prefix: str, tmp_path: Path, away: None
) -> None:
    nobody, settings.STORE_URL = settings.STORE_URL, server.url(prefix)
    document = issued(LETTER)
    settings.STORE_URL = nobody
    with pytest.raises(store.UnavailableError):
        make_backup(target=tmp_path / "encours.tar", actor=ACTOR, now=NOW)
    assert not list(tmp_path.glob("*.tar*"))
    settings.STORE_URL = server.url(prefix)
    server.client.delete_object(Bucket=BUCKET, Key=f"{prefix}/{document.sha256}")
    made = make_backup(target=tmp_path / "encours.tar", actor=ACTOR, now=NOW)
    assert made.altered == [document.sha256]


def test_a_server_that_knows_no_condition_is_written_to_without_one(server: S3Server, prefix: str) -> None:
    from botocore.awsrequest import AWSResponse

    refused = []

    def refuse(request: object, **_more: object) -> object:
        if "If-None-Match" not in request.headers:  # type: ignore[attr-defined]
            return None
        refused.append(1)
        body = b"<Error><Code>NotImplemented</Code></Error>"
        response = AWSResponse(server.endpoint, 501, {}, None)
        response._content = body
        return response

    opened = bucket.required()
    opened._client.meta.events.register("before-send.s3.PutObject", refuse)
    try:
        assert store.get(store.put(LETTER)) == LETTER
    finally:
        opened._client.meta.events.unregister("before-send.s3.PutObject", refuse)
    assert refused
