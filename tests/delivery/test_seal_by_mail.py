"""The seal of a day arrives where it is asked to, and what was received finds what was rewritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from encours.archive import chain
from encours.archive.models import ChainHead, DailySeal, IssuedDocument
from encours.archive.verify import verify_archive
from encours.core.hash_chain import GENESIS
from encours.delivery.dots import DotFolder
from encours.delivery.seals import seal_the_day
from encours.delivery.transport import SmtpTransport
from encours.delivery.wire import read_email_url
from encours.delivery.worker import Worker
from tests.mailserver import MailServer
from tests.superuser import as_superuser

pytestmark = pytest.mark.django_db(transaction=True)

NOW = dt.datetime(2016, 5, 16, 9, 22, 48, tzinfo=dt.UTC)


@pytest.fixture
def send(tmp_path: Path) -> Callable[[MailServer], None]:
    """Let a worker send what is due."""

    def run(server: MailServer) -> None:
        Worker(
            open_transport=lambda: SmtpTransport(
                read_email_url(server.url), connect_seconds=2, reply_seconds=2
            ),
            clock=lambda: NOW,
            dots=DotFolder(tmp_path / "workers"),
            connections=1,
            most_per_minute=0,
        ).run(once=True)

    return run


def test_a_seal_received_by_mail_finds_a_chain_rewritten_with_all_that_the_machine_keeps(
    settings: Settings, tmp_path: Path, send: Callable[[MailServer], None]
) -> None:
    settings.SEAL_DIR, settings.SEAL_EMAIL = tmp_path / "seals", "preuve@example.org"
    chain.issue(
        chain="TC",
        kind="letter",
        reference="TC-1",
        filename="l.pdf",
        media_type="application/pdf",
        content=b"a",
        now=NOW,
    )
    assert seal_the_day(lambda: NOW) == 1
    with MailServer() as server:
        send(server)
        (received,) = server.messages
    assert received.recipient == "preuve@example.org"
    message = message_from_bytes(received.content, policy=policy.default)
    (attachment,) = message.iter_attachments()
    assert message["Content-Language"] == "fr"
    assert attachment.get_filename() == "sceau-000001-2016-05-16.json"
    copy = tmp_path / "received.json"
    copy.write_bytes(attachment.get_content())
    assert copy.read_text() == DailySeal.objects.get().content
    assert verify_archive([copy]).problems == []
    with as_superuser():
        IssuedDocument.objects.all().delete()
        DailySeal.objects.all().delete()
        ChainHead.objects.update(position=0, link=GENESIS)
    for path in (tmp_path / "seals").rglob("*.json"):
        path.unlink()
    assert verify_archive().problems == []
    problems = verify_archive([copy]).problems
    assert "copie de sceau received.json : ce sceau n'est plus dans la base" in problems
