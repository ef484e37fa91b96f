"""Move messages from one state to another: the only place where a state of the outbox changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from encours import bulk
from encours.core.smtp_outcomes import Outcome, Phase, Verdict
from encours.delivery import hooks
from encours.delivery.models import Attempt, MessageState, OutboxMessage

QUEUED, CLAIMED, TRANSMITTING = MessageState.QUEUED, MessageState.CLAIMED, MessageState.TRANSMITTING
SENT, REFUSED, UNCERTAIN = MessageState.SENT, MessageState.REFUSED, MessageState.UNCERTAIN
CANCELLED = MessageState.CANCELLED


class Mover(StrEnum):
    """Who asks for the move, and what must be true beside the state."""

    WORKER = "worker"
    """Must hold the lease, or have held it last: a late answer still settles what a sweep made uncertain."""
    SWEEPER = "sweeper"
    """Only where the lease has expired."""
    PERSON = "person"
    REPORT = "report"
    """A delivery-status report that came back by mail."""


LEGAL: dict[tuple[Mover, MessageState], frozenset[MessageState]] = {
    (Mover.WORKER, CLAIMED): frozenset({QUEUED}),
    (Mover.WORKER, TRANSMITTING): frozenset({CLAIMED}),
    # «sent» from «claimed» is for a mail folder: writing the same file again does no harm, no dot is needed.
    (Mover.WORKER, SENT): frozenset({CLAIMED, TRANSMITTING, UNCERTAIN}),
    (Mover.WORKER, REFUSED): frozenset({CLAIMED, TRANSMITTING, UNCERTAIN}),
    (Mover.WORKER, QUEUED): frozenset({CLAIMED, TRANSMITTING, UNCERTAIN}),
    (Mover.WORKER, UNCERTAIN): frozenset({TRANSMITTING}),
    # From «transmitting» only with proof that the dot of a dead worker never left.
    (Mover.SWEEPER, QUEUED): frozenset({CLAIMED, TRANSMITTING}),
    (Mover.SWEEPER, UNCERTAIN): frozenset({TRANSMITTING}),
    (Mover.PERSON, CANCELLED): frozenset({QUEUED}),
    (Mover.PERSON, SENT): frozenset({UNCERTAIN}),
    (Mover.PERSON, QUEUED): frozenset({UNCERTAIN, REFUSED}),
    (Mover.REPORT, REFUSED): frozenset({SENT, UNCERTAIN}),
    (Mover.REPORT, SENT): frozenset({UNCERTAIN}),
}
"""From which states each mover may go to a state; every other move is refused."""

_LEASED = frozenset({CLAIMED, TRANSMITTING})


@dataclass(frozen=True, slots=True)
class Move:
    """One message to move. ``verdict`` is what a try came to; without one, no try is counted."""

    message_id: int
    to: MessageState
    by: Mover
    owner: str = ""
    verdict: Verdict | None = None
    reply: str = ""
    """What to keep instead of the verdict's own words."""
    server: str = ""
    started_at: dt.datetime | None = None
    next_attempt_at: dt.datetime | None = None
    lease_expires_at: dt.datetime | None = None

    @property
    def words(self) -> str:
        """Return what to keep as the reply, or nothing."""
        return self.reply or (self.verdict.reply if self.verdict else "")


def move(moves: Sequence[Move], *, now: dt.datetime) -> list[int]:
    """Move each message whose state, and lease where it matters, still allow it; return the ids moved.

    Rows are locked in the order of their ids. Attempts are written and listeners called in the same
    transaction. A message that is elsewhere meanwhile is left alone; a move that no state allows is a
    ValueError.
    """
    for asked in moves:
        if (asked.by, asked.to) not in LEGAL:
            raise ValueError(f"a {asked.by} may not move a message to {asked.to}")
    by_id = {asked.message_id: asked for asked in moves}
    with transaction.atomic():
        rows = OutboxMessage.objects.select_for_update().filter(pk__in=by_id).order_by("pk")
        ready = [(row, by_id[row.pk]) for row in rows if _may(row, by_id[row.pk], now)]
        _write_attempts(ready, now)
        _write_messages(ready, now)
        hooks.tell((row.reference for row, _asked in ready), now)
    return [row.pk for row, _asked in ready]


def _may(row: OutboxMessage, asked: Move, now: dt.datetime) -> bool:
    if row.state not in LEGAL[asked.by, asked.to]:
        return False
    if asked.by is Mover.WORKER and asked.to is not CLAIMED:
        return row.lease_owner == asked.owner
    if asked.by is Mover.SWEEPER:
        return row.lease_expires_at is not None and row.lease_expires_at <= now
    return True


def _counts_a_try(row: OutboxMessage, asked: Move) -> bool:
    """Tell whether a try begins to count here: at the final dot, or when it failed before."""
    return asked.to is TRANSMITTING or (row.state == CLAIMED and asked.verdict is not None)


def _write_attempts(ready: Sequence[tuple[OutboxMessage, Move]], now: dt.datetime) -> None:
    new: list[Attempt] = []
    closed: list[tuple[object, ...]] = []
    for row, asked in ready:
        if _counts_a_try(row, asked):
            new.append(_new_attempt(row, asked, now))
        elif asked.verdict is not None:
            verdict = asked.verdict
            closed.append(
                (row.pk, row.attempt_count, now, verdict.phase.value, verdict.outcome.value, asked.words)
            )
    Attempt.objects.bulk_create(new)
    names = ("ended_at", "phase", "outcome", "reply")
    bulk.update_rows(Attempt, names, closed, keys=("message_id", "number"))


def _new_attempt(row: OutboxMessage, asked: Move, now: dt.datetime) -> Attempt:
    is_over = asked.verdict is not None
    return Attempt(
        message_id=row.pk,
        number=row.attempt_count + 1,
        server=asked.server,
        started_at=asked.started_at or now,
        ended_at=now if is_over else None,
        phase=asked.verdict.phase if asked.verdict else Phase.FINAL_DOT,
        outcome=asked.verdict.outcome if asked.verdict else "",
        reply=asked.words,
    )


def _failures(row: OutboxMessage, asked: Move) -> int:
    if asked.by is Mover.PERSON:
        return 0
    return row.failure_count + (asked.verdict is not None and asked.verdict.outcome is Outcome.RETRY)


def _write_messages(ready: Sequence[tuple[OutboxMessage, Move]], now: dt.datetime) -> None:
    """Write every row in one call: the lock that was taken to read them keeps them as they were."""
    names = (
        *("state", "attempt_count", "failure_count", "next_attempt_at", "lease_owner", "lease_expires_at"),
        *("last_reply", "changed_at"),
    )
    rows = [
        (
            row.pk,
            asked.to.value,
            row.attempt_count + _counts_a_try(row, asked),
            _failures(row, asked),
            asked.next_attempt_at or row.next_attempt_at,
            asked.owner or row.lease_owner,
            (asked.lease_expires_at or row.lease_expires_at) if asked.to in _LEASED else None,
            asked.words or row.last_reply,
            now,
        )
        for row, asked in ready
    ]
    bulk.update_rows(OutboxMessage, names, rows)
