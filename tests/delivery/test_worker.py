"""A worker sends what is due, byte for byte, and writes down the true state of each message."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction

from encours.archive import store
from encours.delivery import actions, hooks
from encours.delivery.actions import Recipient
from encours.delivery.channels import Channels
from encours.delivery.dots import DotFolder
from encours.delivery.models import MessageState, OutboxMessage
from encours.delivery.sending import Allow, Sender
from encours.delivery.transport import FolderTransport, SmtpTransport, Transport
from encours.delivery.wire import read_email_url
from encours.delivery.worker import Worker
from tests.mailserver import Fault, MailServer
from tests.superuser import as_superuser

pytestmark = pytest.mark.django_db(transaction=True)

NOW = dt.datetime(2016, 5, 16, 9, 22, 48, tzinfo=dt.UTC)
MESSAGE = b"Subject: Relance\r\nMessage-ID: <1@top.fr>\r\n\r\n.un point\r\nBonjour\r\n"
LATE = dt.timedelta(minutes=10)
LONG_MESSAGE = MESSAGE + b"Une ligne de plus.\r\n" * 400_000
"""More than the buffers of both sides hold: a cut during its body is met before the final dot."""

Work = Callable[..., Any]

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


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Let a worker send what is due, over one connection unless the test wants more."""

    def run(
        open_transport: Callable[[], Transport],
        *,
        connections: int = 1,
        now: dt.datetime = NOW,
        most_per_minute: int = 0,
    ) -> None:
        worker = Worker(
            open_transport=open_transport,
            clock=lambda: now,
            dots=DotFolder(tmp_path / "workers"),
            connections=connections,
            most_per_minute=most_per_minute,
        )
        worker.run(once=True)

    return run


def smtp(server: MailServer) -> Callable[[], SmtpTransport]:
    return lambda: SmtpTransport(read_email_url(server.url), connect_seconds=2, reply_seconds=0.4)


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.values_list("recipient", "state"))


def test_a_worker_hands_over_the_archived_bytes_once_per_recipient_on_one_connection(work: Work) -> None:
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


def test_without_a_mail_server_each_message_becomes_a_file(tmp_path: Path, work: Work) -> None:
    folder = tmp_path / "mail"
    queue("a@client.fr")
    work(lambda: FolderTransport(folder))
    row = OutboxMessage.objects.get()
    assert row.state == MessageState.SENT
    kept = f"250 gardé dans mail/{row.pk}.eml\u00a0: aucun serveur de messagerie n'est configuré"
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
def test_every_fault_of_a_server_leads_to_its_state(
    at: str, do: str, state: str, taken: int, work: Work
) -> None:
    queue("a@client.fr", content=LONG_MESSAGE if at == "body" else MESSAGE)
    with MailServer([Fault(at, do)]) as server:
        work(smtp(server))
        assert states() == {"a@client.fr": state}
        assert len(server.messages) == taken
        # Whatever happened, working on at the same moment sends nothing a second time.
        work(smtp(server))
        assert states() == {"a@client.fr": state}
        assert len(server.messages) == taken


def test_a_queued_message_is_tried_again_when_its_time_has_come(work: Work) -> None:
    queue("a@client.fr")
    with MailServer([Fault("rcpt", "451 Not now")]) as server:
        work(smtp(server))
        row = OutboxMessage.objects.get()
        assert (row.state, row.attempt_count, row.last_reply) == (Q, 1, "451 Not now")
        later = row.next_attempt_at
        assert later == NOW + dt.timedelta(seconds=10)
        work(smtp(server), now=later)
        assert states() == {"a@client.fr": SENT}
        assert len(server.messages) == 1


def test_a_message_over_the_size_limit_of_the_server_is_refused_before_a_byte_of_it_leaves(
    work: Work,
) -> None:
    queue("a@client.fr")
    with MailServer(extensions=("SIZE 20",)) as server:
        work(smtp(server))
    row = OutboxMessage.objects.get()
    assert row.state == REFUSED
    assert row.last_reply == f"Le message pèse {len(MESSAGE)} octets, plus que les 20 que le serveur accepte."
    assert server.commands == []


def test_a_message_whose_bytes_are_missing_is_refused_and_the_next_one_leaves(work: Work) -> None:
    from encours.archive.models import StoredBlob

    queue("a@client.fr")
    with as_superuser():
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


def many(count: int) -> list[str]:
    return [f"{number}@client.fr" for number in range(count)]


def test_several_connections_send_each_message_once(work: Work) -> None:
    queue(*many(30))
    with MailServer(slow_seconds=0.01) as server:
        work(smtp(server), connections=4)
    assert set(states().values()) == {SENT}
    assert sorted(message.recipient for message in server.messages) == sorted(many(30))
    assert server.connection_count == 4


def test_a_message_that_hangs_holds_up_its_own_connection_alone(work: Work) -> None:
    queue(*many(30))
    with MailServer([Fault("rcpt", "hang", times=None, recipient="0@client.fr")]) as server:
        work(smtp(server), connections=2)
    assert states() == {address: Q if address == "0@client.fr" else SENT for address in many(30)}
    row = OutboxMessage.objects.get(recipient="0@client.fr")
    assert (row.attempt_count, row.last_reply) == (1, "Pas de réponse dans le délai après RCPT")


def test_a_server_that_grants_fewer_sessions_than_we_ask_for_gets_every_message_through_those(
    work: Work,
) -> None:
    queue(*many(30))
    with MailServer(most_sessions=2, slow_seconds=0.01) as server:
        work(smtp(server), connections=6)
    assert states() == dict.fromkeys(many(30), SENT)
    assert sorted(message.recipient for message in server.messages) == sorted(many(30))
    assert set(OutboxMessage.objects.values_list("failure_count", flat=True)) == {0}


@pytest.mark.parametrize("connections", [1, 3])
def test_a_server_that_is_away_costs_one_message_a_try_and_the_others_wait(
    connections: int, work: Work
) -> None:
    queue(*many(10))
    with MailServer([Fault("connect", "421 Closing", times=None)]) as server:
        work(smtp(server), connections=connections)
    assert set(states().values()) == {Q}
    tries = sorted(OutboxMessage.objects.values_list("attempt_count", flat=True))
    assert tries == [0] * 9 + [1]
    assert set(OutboxMessage.objects.values_list("next_attempt_at", flat=True)) == {
        NOW + dt.timedelta(seconds=10)
    }


def test_no_more_leaves_than_the_server_allows_in_a_minute_and_the_rest_follows(work: Work) -> None:
    queue(*many(10))
    with MailServer() as server:
        work(smtp(server), most_per_minute=40)
        assert len(server.messages) == 4  # a tenth of a minute at once
        assert list(states().values()).count(Q) == 6
        for seconds in (6, 12):
            work(smtp(server), most_per_minute=40, now=NOW + dt.timedelta(seconds=seconds))
        assert states() == dict.fromkeys(many(10), SENT)
    assert sorted(message.recipient for message in server.messages) == sorted(many(10))
    assert set(OutboxMessage.objects.values_list("attempt_count", flat=True)) == {1}


GONE = OperationalError("the server closed the connection unexpectedly")


@contextmanager
def sending(server: MailServer, folder: Path, allow: Allow = lambda wanted, _now: wanted) -> Iterator[Sender]:
    dots = DotFolder(folder / "workers").open("w1", 1)
    channels = Channels(open_transport=smtp(server), limit=1, dots=dots, clock=lambda: NOW)
    lease = dt.timedelta(minutes=1)
    yield Sender(channels=channels, allow=allow, owner="w1", lease=lease, clock=lambda: NOW)
    channels.close()
    dots.close()


def go_on(sender: Sender) -> None:
    while sender.step(lambda: False):
        pass


def test_what_was_taken_when_the_database_failed_is_given_back_and_sent(tmp_path: Path) -> None:
    queue(*many(3))
    answers = iter([GONE])

    def allow(wanted: int, _now: dt.datetime) -> int:
        for error in answers:
            raise error
        return wanted

    with MailServer() as server, sending(server, tmp_path, allow) as sender:
        with pytest.raises(OperationalError):
            sender.step(lambda: False)
        assert set(states().values()) == {"claimed"}
        go_on(sender)
        sender.step(lambda: False)
        go_on(sender)
    assert states() == dict.fromkeys(many(3), SENT)
    assert [message.recipient for message in server.messages] == many(3)


def test_an_answer_that_cannot_be_written_down_is_uncertain_until_it_can(tmp_path: Path) -> None:
    """Its lease is not prolonged, so whoever asks the database meanwhile is told what is known there."""
    queue("a@client.fr")
    is_away = True

    def fail(references: Sequence[str], _now: dt.datetime) -> None:
        if is_away and states() == {"a@client.fr": SENT}:
            raise GONE

    hooks.register(fail)
    try:
        with MailServer() as server, sending(server, tmp_path) as sender:
            sender.step(lambda: False)
            (row,) = OutboxMessage.objects.all()
            assert sender.in_hand() == {row.pk}
            with pytest.raises(OperationalError):
                go_on(sender)
            assert sender.in_hand() == frozenset()
            lapsed = NOW + dt.timedelta(minutes=1)
            assert actions.renew(owner="w1", messages=sender.in_hand(), lease=LATE, now=lapsed) == 0
            actions.sweep(now=lapsed)
            assert states() == {"a@client.fr": UNCERTAIN}
            is_away = False
            go_on(sender)
    finally:
        hooks.unregister(fail)
    assert states() == {"a@client.fr": SENT}
    assert len(server.messages) == 1


def test_an_answer_with_a_zero_in_it_is_written_down_readably(work: Work) -> None:
    queue("a@client.fr")
    with MailServer([Fault("rcpt", "550 No\0body")]) as server:
        work(smtp(server))
    assert states() == {"a@client.fr": REFUSED}
    assert OutboxMessage.objects.get().last_reply == "550 No\N{REPLACEMENT CHARACTER}body"
