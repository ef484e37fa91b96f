"""Take messages under lease, keep the lease alive, and take back what a dead worker left."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from django.db import transaction

from encours.core.smtp_outcomes import Answer, Phase, Verdict
from encours.delivery import leases
from encours.delivery.actions.moving import Move, Mover, move
from encours.delivery.dots import DotFolder
from encours.delivery.models import MessageState, OutboxMessage, OutboxSwitch

SWEEP_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message under lease: what a worker needs to send it."""

    id: int
    reference: str
    sender: str
    recipient: str
    content_sha256: str
    size: int
    failure_count: int


def claim(*, owner: str, limit: int, max_bytes: int, lease: dt.timedelta, now: dt.datetime) -> list[Claimed]:
    """Take up to ``limit`` due messages, of ``max_bytes`` together (one at least), the oldest first.

    Rows that another worker is taking are passed over. Nothing is taken while the outbox is paused.
    """
    with transaction.atomic():
        if OutboxSwitch.objects.filter(is_paused=True).exists():
            return []
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(state=MessageState.QUEUED, next_attempt_at__lte=now)
            .order_by("next_attempt_at", "pk")[:limit]
        )
        totals = accumulate(row.size for row in due)
        taken = {row.pk: row for row, total in zip(due, totals, strict=True) if total <= max_bytes}
        taken = taken or {row.pk: row for row in due[:1]}
        moves = [
            Move(pk, MessageState.CLAIMED, Mover.WORKER, owner=owner, lease_expires_at=now + lease)
            for pk in taken
        ]
        moved = set(move(moves, now=now))
    return [_claimed(row) for pk, row in taken.items() if pk in moved]


def _claimed(row: OutboxMessage) -> Claimed:
    return Claimed(
        id=row.pk,
        reference=row.reference,
        sender=row.sender,
        recipient=row.recipient,
        content_sha256=row.content_sha256,
        size=row.size,
        failure_count=row.failure_count,
    )


def claimed_by(owner: str) -> list[Claimed]:
    """Return the messages that a worker has taken and not brought to their final dot."""
    held = OutboxMessage.objects.filter(state=MessageState.CLAIMED, lease_owner=owner)
    return [_claimed(row) for row in held.order_by("pk")]


def renew(*, owner: str, messages: Collection[int], lease: dt.timedelta, now: dt.datetime) -> int:
    """Prolong the leases that a worker holds of these messages, by id; return how many they are."""
    held = OutboxMessage.objects.filter(
        pk__in=messages, state__in=[MessageState.CLAIMED, MessageState.TRANSMITTING], lease_owner=owner
    )
    return held.update(lease_expires_at=now + lease)


def owners() -> list[str]:
    """Return the workers that hold messages, or held them when they died."""
    held = OutboxMessage.objects.filter(state__in=[MessageState.CLAIMED, MessageState.TRANSMITTING])
    return list(held.order_by().values_list("lease_owner", flat=True).distinct())


def release_dead(*, now: dt.datetime) -> int:
    """End the leases of processes of this machine that are known to be dead; return how many they were."""
    dead = [owner for owner in owners() if leases.is_dead(owner)]
    held = OutboxMessage.objects.filter(
        state__in=[MessageState.CLAIMED, MessageState.TRANSMITTING],
        lease_owner__in=dead,
        lease_expires_at__gt=now,
    )
    return held.update(lease_expires_at=now) if dead else 0


def sweep(*, now: dt.datetime, dots: DotFolder | None = None) -> dict[MessageState, int]:
    """Move what dead workers left: claimed goes back to the queue, transmitting becomes uncertain.

    With the notes of the workers of this machine, a message caught «transmitting» whose dot certainly never
    left goes back to the queue too. Return how many went to each. At most 500 are moved by one call.
    """
    with transaction.atomic():
        stale = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(
                state__in=[MessageState.CLAIMED, MessageState.TRANSMITTING],
                lease_expires_at__lte=now,
            )
            .order_by("pk")[:SWEEP_LIMIT]
        )
        left_by = cache(dots.left_by if dots else _unknown)
        moves = [_after_death(row, left_by) for row in stale]
        moved = set(move(moves, now=now))
    went = Counter(asked.to for asked in moves if asked.message_id in moved)
    return {state: went[state] for state in (MessageState.QUEUED, MessageState.UNCERTAIN)}


def _after_death(row: OutboxMessage, left_by: Callable[[str], frozenset[int] | None]) -> Move:
    if row.state == MessageState.CLAIMED:
        return Move(row.pk, MessageState.QUEUED, Mover.SWEEPER)
    left = left_by(row.lease_owner)
    if left is not None and row.pk not in left:
        return Move(row.pk, MessageState.QUEUED, Mover.SWEEPER, verdict=_STOPPED_BEFORE_THE_DOT)
    return Move(row.pk, MessageState.UNCERTAIN, Mover.SWEEPER, verdict=_NOBODY_READ_THE_ANSWER)


def _unknown(_owner: str) -> None:
    """Without notes nothing is known of any dot."""


_STOPPED_BEFORE_THE_DOT = Verdict(
    Phase.BODY, Answer.DROP, text="l'envoi a été interrompu avant le point final"
)
_NOBODY_READ_THE_ANSWER = Verdict(
    Phase.FINAL_DOT, Answer.DROP, text="l'envoi a été interrompu, personne n'a lu la réponse"
)
