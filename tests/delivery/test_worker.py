"""A worker sends what is due, byte for byte, and writes down the true state of each message."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import transaction

from encours.archive import store
from encours.delivery import actions
from encours.delivery.actions import Recipient
from encours.delivery.models import MessageState, OutboxMessage
from encours.delivery.transport import FolderTransport, SmtpTransport, Transport
from encours.delivery.wire import read_email_url
from encours.delivery.worker import Worker
from tests.mailserver import Fault, MailServer

pytestmark = pytest.mark.django_db(transaction=True)

NOW = dt.datetime(2016, 5, 16, 9, 22, 48, tzinfo=dt.UTC)
MESSAGE = b"Subject: Relance\r\nMessage-ID: <1@top.fr>\r\n\r\n.un point\r\nBonjour\r\n"
LONG_MESSAGE = MESSAGE + b"Une ligne de plus.\r\n" * 400_000
"""More than the buffers of both sides hold: a cut during its body is met before the final dot."""

Q, SENT, REFUSED, UNCERTAIN = "queued", "sent", "refused", "uncertain"


def queue(*addresses: str, content: bytes = MESSAGE) -> None:
    with transaction.atomic():
        actions.enqueue(
            reference="TOP-1",
            sender="relances@top.fr",
            recipients=[Recipient(address) for address in addresses],
            message_id="<1@top.fr>",
            content_sha256=store.put(content),
            size=len(content),
            now=NOW,
        )


def work(transport: Transport) -> None:
    Worker(transport=transport, clock=lambda: NOW).run(once=True)


def smtp(server: MailServer) -> SmtpTransport:
    return SmtpTransport(read_email_url(server.url), connect_seconds=2, reply_seconds=0.4)


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.values_list("recipient", "state"))


def test_a_worker_hands_over_the_archived_bytes_once_per_recipient_on_one_connection() -> None:
    queue("a@client.fr", "b@client.fr")
    with MailServer() as server:
        work(smtp(server))
        work(smtp(server))
    assert states() == {"a@client.fr": SENT, "b@client.fr": SENT}
    assert [(m.sender, m.recipient) for m in server.messages] == [
        ("relances@top.fr", "a@client.fr"),
        ("relances@top.fr", "b@client.fr"),
    ]
    assert {m.sha256 for m in server.messages} == {hashlib.sha256(MESSAGE).hexdigest()}
    assert server.connection_count == 1
    assert OutboxMessage.objects.first().last_reply == "250 2.0.0 Taken"  # type: ignore[union-attr]


def test_without_a_mail_server_each_message_becomes_a_file(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "mail"
    queue("a@client.fr")
    work(FolderTransport(folder))
    row = OutboxMessage.objects.get()
    assert row.state == MessageState.SENT
    kept = f"250 gardé dans mail/{row.pk}.eml : aucun serveur de messagerie n'est configuré"
    assert row.last_reply == kept
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [(f"{row.pk}.eml", MESSAGE)]


@pytest.mark.parametrize(
    ("at", "do", "state", "taken"),
    [
        *((at, "451 Not now", Q, 0) for at in ("connect", "ehlo", "mail", "rcpt", "data", "final_dot")),
        *((at, "554 Never", REFUSED, 0) for at in ("connect", "ehlo", "mail", "rcpt", "data", "final_dot")),
        *((at, "drop", Q, 0) for at in ("connect", "ehlo", "mail", "rcpt", "data", "body")),
        *((at, "hang", Q, 0) for at in ("connect", "ehlo", "mail", "rcpt", "data")),
        ("final_dot", "drop", UNCERTAIN, 0),
        ("final_dot", "hang", UNCERTAIN, 0),
        ("accepted", "drop", UNCERTAIN, 1),
        ("accepted", "hang", UNCERTAIN, 1),
        ("quit", "421 Closing", SENT, 1),
        ("quit", "554 Never", SENT, 1),
        ("quit", "drop", SENT, 1),
        ("quit", "hang", SENT, 1),
    ],
)
def test_every_fault_of_a_server_leads_to_its_state(at: str, do: str, state: str, taken: int) -> None:
    queue("a@client.fr", content=LONG_MESSAGE if at == "body" else MESSAGE)
    with MailServer([Fault(at, do)]) as server:
        work(smtp(server))
        assert states() == {"a@client.fr": state}
        assert len(server.messages) == taken
        # Whatever happened, working on at the same moment sends nothing a second time.
        work(smtp(server))
        assert states() == {"a@client.fr": state}
        assert len(server.messages) == taken


def test_a_queued_message_is_tried_again_when_its_time_has_come() -> None:
    queue("a@client.fr")
    with MailServer([Fault("rcpt", "451 Not now")]) as server:
        work(smtp(server))
        row = OutboxMessage.objects.get()
        assert (row.state, row.attempt_count, row.last_reply) == (Q, 1, "451 Not now")
        later = row.next_attempt_at
        assert later == NOW + dt.timedelta(seconds=10)
        Worker(transport=smtp(server), clock=lambda: later).run(once=True)
        assert states() == {"a@client.fr": SENT}
        assert len(server.messages) == 1


def test_a_message_over_the_size_limit_of_the_server_is_refused_before_a_byte_of_it_leaves() -> None:
    queue("a@client.fr")
    with MailServer(extensions=("SIZE 20",)) as server:
        work(smtp(server))
    row = OutboxMessage.objects.get()
    assert row.state == REFUSED
    assert row.last_reply == f"Le message pèse {len(MESSAGE)} octets, plus que les 20 que le serveur accepte."
    assert server.commands == []


def test_a_message_whose_bytes_are_missing_is_refused_and_the_next_one_leaves() -> None:
    from encours.archive.models import StoredBlob

    queue("a@client.fr")
    StoredBlob.objects.all().delete()
    with transaction.atomic():
        actions.enqueue(
            reference="TOP-2",
            sender="relances@top.fr",
            recipients=[Recipient("b@client.fr")],
            message_id="<2@top.fr>",
            content_sha256=store.put(b"Subject: 2\r\n\r\n2\r\n"),
            size=17,
            now=NOW,
        )
    with MailServer() as server:
        work(smtp(server))
    assert states() == {"a@client.fr": REFUSED, "b@client.fr": SENT}
