"""Put messages of reminders in the outbox in any state, through the moves of a worker."""

from __future__ import annotations

import datetime as dt

from encours.core.smtp_outcomes import Answer, Phase, Verdict
from encours.delivery import actions
from encours.delivery.actions import Move, Mover
from encours.delivery.models import MessageState, OutboxMessage
from tests import build
from tests.build import NOW
from tests.dunning.issuing import remind

LEASE = dt.timedelta(minutes=5)
ENDS = {
    MessageState.SENT: Verdict(Phase.FINAL_DOT, Answer.REPLY, 250, "2.0.0 Taken"),
    MessageState.REFUSED: Verdict(Phase.FINAL_DOT, Answer.REPLY, 550, "5.7.1 Rejected as spam"),
    MessageState.UNCERTAIN: Verdict(Phase.FINAL_DOT, Answer.HANG),
}


def put(*states: MessageState, entity: str = "TOPCONSEIL", prefix: str = "C") -> list[OutboxMessage]:
    """Return one message per state, each of a reminder of its own."""
    accounts = [build.account(build.customer(f"{prefix}{at}"), entity) for at in range(len(states))]
    for account in accounts:
        build.invoice(account)
    reminders = remind(*accounts, code="E1", key=f"{entity}{prefix}").reminders
    rows = [OutboxMessage.objects.get(reference=reminder.reference) for reminder in reminders]
    for row, state in zip(rows, states, strict=True):
        bring(row, state)
    return rows


def bring(row: OutboxMessage, state: MessageState) -> None:
    """Bring a queued message to a state."""
    if state is MessageState.CANCELLED:
        actions.cancel(message=row, actor=build.ACTOR, now=NOW)
    elif state is not MessageState.QUEUED:
        taken = Move(row.pk, MessageState.CLAIMED, Mover.WORKER, owner="w", lease_expires_at=NOW + LEASE)
        actions.move([taken], now=NOW)
        if state is not MessageState.CLAIMED:
            _transmit(row, state)
    row.refresh_from_db()


def _transmit(row: OutboxMessage, state: MessageState) -> None:
    dot = Move(
        row.pk,
        MessageState.TRANSMITTING,
        Mover.WORKER,
        owner="w",
        server="mail.test:25",
        lease_expires_at=NOW + LEASE,
    )
    actions.move([dot], now=NOW)
    if state in ENDS:
        actions.move([Move(row.pk, state, Mover.WORKER, owner="w", verdict=ENDS[state])], now=NOW)
