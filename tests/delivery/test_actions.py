"""The outbox moves only as the table allows, tells who listens, and writes down every try."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.db import transaction

from encours.audit.models import AuditLine
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.core.smtp_outcomes import Answer, Phase, Verdict
from encours.delivery import actions, hooks, queries
from encours.delivery.actions import LEGAL, Move, Mover, Recipient
from encours.delivery.dots import DotFolder
from encours.delivery.models import Attempt, MessageState, OutboxMessage
from tests.superuser import as_superuser

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2016, 5, 16, 9, 22, 48, tzinfo=dt.UTC)
LEASE = dt.timedelta(seconds=20)
CLERK = Actor(name="Aline Gestion")
TAKEN = Verdict(Phase.FINAL_DOT, Answer.REPLY, 250, "Taken")
BUSY = Verdict(Phase.RCPT, Answer.REPLY, 451, "Not now")


def later(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def queue(reference: str = "TOP-1", *addresses: str, size: int = 1000) -> list[OutboxMessage]:
    recipients = [Recipient(address) for address in addresses or ("compta@client.fr",)]
    with transaction.atomic():
        return actions.enqueue(
            reference=reference,
            sender="relances@top.fr",
            recipients=recipients,
            message_id=f"<{reference}@top.fr>",
            content_sha256="0" * 64,
            size=size,
            now=NOW,
        )


def claim(owner: str = "w1", now: dt.datetime = NOW, limit: int = 10, max_bytes: int = 10**6) -> list[int]:
    claimed = actions.claim(owner=owner, limit=limit, max_bytes=max_bytes, lease=LEASE, now=now)
    return [message.id for message in claimed]


def transmit(pk: int, owner: str = "w1") -> list[int]:
    asked = Move(
        pk,
        MessageState.TRANSMITTING,
        Mover.WORKER,
        owner=owner,
        lease_expires_at=NOW + LEASE,
        server="mail.test",
    )
    return actions.move([asked], now=NOW)


def settle(pk: int, to: MessageState, verdict: Verdict, owner: str = "w1", wait: float = 0) -> list[int]:
    asked = Move(pk, to, Mover.WORKER, owner=owner, verdict=verdict, next_attempt_at=later(wait))
    return actions.move([asked], now=NOW)


def message(pk: int) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=pk)


@pytest.fixture
def heard() -> Iterator[list[list[str]]]:
    calls: list[list[str]] = []

    def listen(references: Sequence[str], _now: dt.datetime) -> None:
        calls.append(list(references))

    hooks.register(listen)
    yield calls
    hooks.unregister(listen)


def test_a_message_is_queued_once_per_address_in_the_order_given() -> None:
    with transaction.atomic():
        rows = actions.enqueue(
            reference="TOP-1",
            sender="relances@top.fr",
            recipients=[Recipient("b@x.fr"), Recipient("a@x.fr"), Recipient("B@x.fr", is_copy=True)],
            message_id="<1@top.fr>",
            content_sha256="0" * 64,
            size=10,
            now=NOW,
        )
    assert [(row.recipient, row.is_copy, row.state) for row in rows] == [
        ("b@x.fr", False, "queued"),
        ("a@x.fr", False, "queued"),
    ]
    assert [state.recipient for state in queries.states_of("TOP-1")] == ["b@x.fr", "a@x.fr"]


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@x.fr", "a b@x.fr", "a@x.fr\r\nRCPT TO:<b@x.fr>", "a@x..fr"]
)
def test_what_is_no_address_is_refused_and_nothing_is_queued(address: str) -> None:
    queue("TOP-1", "a@x.fr")
    with pytest.raises(Refusal):
        queue("TOP-2", "a@x.fr", address)
    assert [row.reference for row in OutboxMessage.objects.all()] == ["TOP-1"]


@pytest.mark.django_db(transaction=True)
def test_a_message_is_only_queued_by_the_transaction_that_issues_it() -> None:
    with pytest.raises(RuntimeError):
        actions.enqueue(
            reference="TOP-1",
            sender="relances@top.fr",
            recipients=[Recipient("a@x.fr")],
            message_id="<1@top.fr>",
            content_sha256="0" * 64,
            size=10,
            now=NOW,
        )
    assert not OutboxMessage.objects.exists()


def test_due_messages_are_claimed_oldest_first_up_to_the_limits() -> None:
    first, second = queue("TOP-1", "a@x.fr", "b@x.fr")
    (third,) = queue("TOP-2", "c@x.fr", size=5000)
    assert claim(limit=1) == [first.pk]
    assert claim("w2", max_bytes=2000) == [second.pk]
    assert claim(max_bytes=10) == [third.pk]  # one at least, however large
    assert claim() == []
    assert (message(first.pk).lease_owner, message(first.pk).lease_expires_at) == ("w1", NOW + LEASE)


def test_a_message_is_not_claimed_before_it_is_due() -> None:
    (row,) = queue()
    assert claim(now=later(-1)) == []
    assert claim(now=NOW) == [row.pk]


def test_a_message_that_is_taken_is_sent_with_one_attempt(heard: list[list[str]]) -> None:
    (row,) = queue()
    claim()
    assert transmit(row.pk) == [row.pk]
    assert message(row.pk).lease_expires_at == NOW + LEASE
    assert settle(row.pk, MessageState.SENT, TAKEN) == [row.pk]
    sent = message(row.pk)
    assert (sent.state, sent.attempt_count, sent.last_reply) == ("sent", 1, "250 Taken")
    assert (sent.failure_count, sent.lease_expires_at) == (0, None)
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.server, attempt.phase, attempt.outcome) == (
        1,
        "mail.test",
        "final_dot",
        "sent",
    )
    assert (attempt.reply, attempt.started_at, attempt.ended_at) == ("250 Taken", NOW, NOW)
    assert heard == [["TOP-1"]] * 3


def test_a_try_that_failed_before_the_dot_is_written_down_and_waits() -> None:
    (row,) = queue()
    claim()
    settle(row.pk, MessageState.QUEUED, BUSY, wait=10)
    waiting = message(row.pk)
    assert (waiting.state, waiting.attempt_count, waiting.failure_count) == ("queued", 1, 1)
    assert (waiting.next_attempt_at, waiting.last_reply) == (later(10), "451 Not now")
    assert [(attempt.phase, attempt.outcome) for attempt in Attempt.objects.all()] == [("rcpt", "retry")]
    assert claim(now=later(9)) == []
    assert claim(now=later(10)) == [row.pk]


def test_a_claim_given_back_untried_counts_no_attempt() -> None:
    (row,) = queue()
    claim()
    asked = Move(row.pk, MessageState.QUEUED, Mover.WORKER, owner="w1", next_attempt_at=NOW)
    assert actions.move([asked], now=NOW) == [row.pk]
    assert (message(row.pk).attempt_count, Attempt.objects.count()) == (0, 0)


def test_every_pair_of_states_that_the_table_does_not_name_is_refused() -> None:
    (row,) = queue()
    under_lease = {"claimed", "transmitting"}
    for mover in Mover:
        for to in MessageState:
            for state in MessageState:
                OutboxMessage.objects.filter(pk=row.pk).update(
                    state=state,
                    lease_owner="w1",
                    lease_expires_at=NOW if state in under_lease else None,
                    attempt_count=0,
                )
                with as_superuser():
                    Attempt.objects.all().delete()
                asked = Move(row.pk, to, mover, owner="w1", lease_expires_at=NOW + LEASE)
                if (mover, to) not in LEGAL:
                    with pytest.raises(ValueError, match="may not move"):
                        actions.move([asked], now=NOW)
                    continue
                is_legal = state in LEGAL[mover, to]
                assert actions.move([asked], now=NOW) == ([row.pk] if is_legal else [])
                assert message(row.pk).state == (to if is_legal else state)


def test_nothing_leaves_sent_or_cancelled_but_by_a_report() -> None:
    for (mover, to), sources in LEGAL.items():
        assert MessageState.CANCELLED not in sources
        assert MessageState.SENT not in sources or (mover, to) == (Mover.REPORT, MessageState.REFUSED)


def test_a_worker_that_lost_its_lease_moves_nothing(heard: list[list[str]]) -> None:
    (row,) = queue()
    claim()
    heard.clear()
    assert transmit(row.pk, owner="w2") == []
    assert settle(row.pk, MessageState.SENT, TAKEN, owner="w2") == []
    assert (message(row.pk).state, message(row.pk).lease_owner) == ("claimed", "w1")
    assert (Attempt.objects.count(), heard) == (0, [])


def test_a_sweep_gives_back_what_was_claimed_and_doubts_what_was_being_transmitted() -> None:
    claimed, transmitting, fresh = queue("TOP-1", "a@x.fr", "b@x.fr", "c@x.fr")
    claim(limit=2)
    transmit(transmitting.pk)
    claim("w2", now=later(5))
    assert actions.sweep(now=later(19)) == {"queued": 0, "uncertain": 0}
    assert actions.sweep(now=later(20)) == {"queued": 1, "uncertain": 1}
    assert [message(row.pk).state for row in (claimed, transmitting, fresh)] == [
        "queued",
        "uncertain",
        "claimed",
    ]
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.ended_at) == ("uncertain", later(20))
    assert "interrompu" in message(transmitting.pk).last_reply


def test_a_sweep_gives_back_what_a_dead_worker_had_certainly_not_ended(tmp_path: Path) -> None:
    left, stopped = queue("TOP-1", "a@x.fr", "b@x.fr")
    claim()
    transmit(left.pk)
    transmit(stopped.pk)
    noting = (
        "import sys; from pathlib import Path; from encours.delivery.dots import DotFolder;"
        f"dots = DotFolder(Path(sys.argv[1])).open('w1', 2); dots.note(1, {left.pk})"
    )
    subprocess.run([sys.executable, "-c", noting, str(tmp_path)], check=True)  # it ends without a word
    assert actions.sweep(now=later(20), dots=DotFolder(tmp_path)) == {"queued": 1, "uncertain": 1}
    assert [message(row.pk).state for row in (left, stopped)] == ["uncertain", "queued"]
    tried = Attempt.objects.get(message=stopped)
    assert (tried.phase, tried.outcome, tried.ended_at) == ("body", "retry", later(20))
    assert claim(now=later(20)) == [stopped.pk]


def test_a_lease_that_is_renewed_is_not_swept() -> None:
    kept, forgotten = queue("TOP-1", "a@x.fr", "b@x.fr")
    claim()
    assert actions.renew(owner="w1", messages=[kept.pk], lease=LEASE, now=later(15)) == 1
    assert actions.sweep(now=later(20)) == {"queued": 1, "uncertain": 0}
    assert [message(row.pk).state for row in (kept, forgotten)] == ["claimed", "queued"]


def test_an_answer_that_comes_after_the_sweep_still_settles_the_message() -> None:
    (row,) = queue()
    claim()
    transmit(row.pk)
    actions.sweep(now=later(20))
    assert settle(row.pk, MessageState.SENT, TAKEN, owner="w2") == []
    assert settle(row.pk, MessageState.SENT, TAKEN) == [row.pk]
    assert (message(row.pk).state, Attempt.objects.get().outcome) == ("sent", "sent")


def test_what_a_listener_raises_undoes_the_move() -> None:
    (row,) = queue()

    def complain(_references: Sequence[str], _now: dt.datetime) -> None:
        raise RuntimeError("no")

    hooks.register(complain)
    try:
        with pytest.raises(RuntimeError, match="no"), transaction.atomic():
            claim()
    finally:
        hooks.unregister(complain)
    assert message(row.pk).state == "queued"


def test_a_waiting_message_is_cancelled_but_not_one_that_a_worker_has(heard: list[list[str]]) -> None:
    first, second = queue("TOP-1", "a@x.fr", "b@x.fr")
    actions.cancel(message=first, actor=CLERK, now=NOW)
    assert claim() == [second.pk]
    heard.clear()
    with pytest.raises(Refusal, match="«\u00a0en cours\u00a0»"):
        actions.cancel(message=second, actor=CLERK, now=NOW)
    assert [message(row.pk).state for row in (first, second)] == ["cancelled", "claimed"]
    line = AuditLine.objects.get()
    assert (line.action, line.actor_name, line.subject) == (
        "outbox.cancel",
        "Aline Gestion",
        "TOP-1 → a@x.fr",
    )
    assert heard == []


def test_a_person_settles_an_uncertain_message_either_way() -> None:
    first, second = queue("TOP-1", "a@x.fr", "b@x.fr")
    claim()
    transmit(first.pk)
    transmit(second.pk)
    with pytest.raises(Refusal):
        actions.mark_as_sent(message=first, actor=CLERK, now=NOW)
    actions.sweep(now=later(20))
    actions.mark_as_sent(message=first, actor=CLERK, now=later(30))
    actions.requeue(message=second, actor=CLERK, now=later(30))
    assert [message(row.pk).state for row in (first, second)] == ["sent", "queued"]
    assert claim(now=later(30)) == [second.pk]


def test_a_refused_message_that_is_sent_again_starts_its_patience_anew() -> None:
    (row,) = queue()
    claim()
    settle(row.pk, MessageState.QUEUED, BUSY)
    claim()
    settle(row.pk, MessageState.REFUSED, Verdict(Phase.RCPT, Answer.REPLY, 550, "Unknown"))
    actions.requeue(message=row, actor=CLERK, now=NOW)
    again = message(row.pk)
    assert (again.state, again.attempt_count, again.failure_count) == ("queued", 2, 0)


def test_nothing_is_claimed_while_the_outbox_is_paused() -> None:
    (row,) = queue()
    actions.pause(reason="restauration du 16/05/2016", actor=CLERK, now=NOW)
    assert (claim(), queries.pause_reason()) == ([], "restauration du 16/05/2016")
    actions.reopen(actor=CLERK, now=NOW)
    assert (queries.pause_reason(), claim()) == (None, [row.pk])
    assert list(AuditLine.objects.values_list("action", flat=True)) == ["outbox.pause", "outbox.reopen"]
