"""Workers read reports from a real mailbox by IMAP, each report once, and leave the mailbox as it was."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from encours.access.actions import create_user
from encours.access.models import Role
from encours.core.days import PARIS
from encours.delivery.collecting import collect
from encours.delivery.dots import DotFolder
from encours.delivery.mailbox import MailboxServer, read_imap_url
from encours.delivery.models import DeliveryReport, MessageState, OutboxMessage, ReportMailbox
from encours.delivery.transport import FolderTransport
from encours.delivery.worker import Worker
from tests import build
from tests.delivery.reports import ANSWER, dsn, fields
from tests.dunning.outbox import put
from tests.imapserver import ImapServer

pytestmark = pytest.mark.django_db(transaction=True)

START = dt.datetime.now(PARIS)  # what the mailbox holds arrived now


def later(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def look(minutes: float = 0) -> int:
    return collect(lambda: later(minutes))


def report_on(row: OutboxMessage, own_id: str = "<r1@mx>") -> str:
    return dsn(fields(row.recipient), message_id=row.message_id, own_id=own_id)


def states(*rows: OutboxMessage) -> list[str]:
    found = OutboxMessage.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk].state for row in rows]


@pytest.fixture
def server(settings: Settings) -> Iterator[ImapServer]:
    with ImapServer() as running:
        settings.BOUNCE_IMAP_URL = running.url
        settings.BOUNCE_IMAP_MINUTES = 5
        yield running


@pytest.fixture
def sent() -> list[OutboxMessage]:
    return put(MessageState.SENT, MessageState.SENT)


def test_reports_of_the_mailbox_are_applied_and_other_mail_is_left_alone(
    server: ImapServer, sent: list[OutboxMessage]
) -> None:
    unread = server.unseen()
    server.put(ANSWER, report_on(sent[0]), dsn(message_id="<contrefait@x>"))
    assert look() >= 3
    assert states(*sent) == ["refused", "sent"]
    row = ReportMailbox.objects.get()
    assert (row.report_count, row.last_error, row.looked_at) == (1, "", START)
    assert len(server.unseen()) == len(unread) + 3


def test_the_mailbox_is_looked_at_every_few_minutes_and_each_message_read_once(
    server: ImapServer, sent: list[OutboxMessage]
) -> None:
    server.put(report_on(sent[0]))
    assert look() >= 1
    server.put(report_on(sent[1], "<r2@mx>"))
    assert look(4.9) == 0
    assert states(*sent) == ["refused", "sent"]
    assert look(5) == 1
    assert states(*sent) == ["refused", "refused"]
    assert look(10) == 0
    assert DeliveryReport.objects.count() == 2


def test_of_several_workers_one_reads_the_mailbox(server: ImapServer, sent: list[OutboxMessage]) -> None:
    server.put(*[ANSWER] * 3, report_on(sent[0]))
    read: list[int] = []

    def work() -> None:
        try:
            read.append(look())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(read)[:3] == [0, 0, 0]
    assert max(read) >= 4
    assert states(*sent) == ["refused", "sent"]


def test_a_worker_reads_the_mailbox_beside_its_mail(
    server: ImapServer, sent: list[OutboxMessage], tmp_path: Path
) -> None:
    server.put(report_on(sent[0]))
    worker = Worker(
        open_transport=lambda: FolderTransport(tmp_path / "mail"),
        clock=lambda: START,
        dots=DotFolder(tmp_path / "workers"),
        connections=1,
    )
    worker.run(once=True)
    assert states(*sent) == ["refused", "sent"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("imap://demouser:faux@127.0.0.1:{port}/INBOX", "Invalid"),
        ("imap://demouser:demopass@127.0.0.1:{port}/Absent", "not"),
        ("imap://demouser:demopass@127.0.0.1:1/INBOX", "refused"),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why_and_is_tried_again_later(
    server: ImapServer, sent: list[OutboxMessage], settings: Settings, url: str, said: str
) -> None:
    settings.BOUNCE_IMAP_URL = url.format(port=server.port)
    assert look() == 0
    row = ReportMailbox.objects.get()
    assert said in row.last_error
    assert row.next_look_at == later(5)
    administrator = create_user(
        username="admin",
        full_name="Anne Admin",
        role=Role.ADMINISTRATOR,
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )
    client = Client()
    client.force_login(administrator)
    page = client.get("/boite-d-envoi/").content.decode()
    assert "a échoué" in page
    assert "demopass" not in page


def test_without_a_mailbox_nothing_is_read(settings: Settings) -> None:
    settings.BOUNCE_IMAP_URL = ""
    assert look() == 0
    assert not ReportMailbox.objects.exists()


def test_a_url_names_the_mailbox() -> None:
    assert read_imap_url("imaps://relances%40top.fr:s%2Fecret@mail.top.fr/Rapports%20mail") == MailboxServer(
        "mail.top.fr", 993, "relances@top.fr", "s/ecret", "Rapports mail", is_tls_from_the_start=True
    )
    assert read_imap_url("imap://a:b@mail.top.fr?tls=true") == MailboxServer(
        "mail.top.fr", 143, "a", "b", is_upgraded_to_tls=True
    )
    assert "secret" not in read_imap_url("imaps://a:secret@mail.top.fr").name
