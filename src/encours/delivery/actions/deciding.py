"""What a person may decide about the outbox: cancel, say that it was sent, send again, pause, reopen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.delivery.actions.moving import LEGAL, Move, Mover, move
from encours.delivery.models import MessageState, OutboxMessage, OutboxSwitch

CHUNK = 200
MAX_REASON = 300


class Decision(StrEnum):
    """What a person may decide about messages; the value is the verb of the audit line."""

    CANCEL = "cancel"
    MARK_AS_SENT = "mark_as_sent"
    REQUEUE = "requeue"

    @property
    def to(self) -> MessageState:
        """Return the state that it leads to."""
        return _LEADS_TO[self]

    @property
    def sources(self) -> frozenset[MessageState]:
        """Return the states from which it is allowed."""
        return LEGAL[Mover.PERSON, self.to]


_LEADS_TO = {
    Decision.CANCEL: MessageState.CANCELLED,
    Decision.MARK_AS_SENT: MessageState.SENT,
    Decision.REQUEUE: MessageState.QUEUED,
}


def cancel(*, message: OutboxMessage, actor: Actor, now: dt.datetime) -> None:
    """Take a waiting message out of the queue; raise Refusal once a worker has it or it has left."""
    _decide(Decision.CANCEL, message, actor, now)


def mark_as_sent(*, message: OutboxMessage, actor: Actor, now: dt.datetime) -> None:
    """Settle an uncertain message: the person knows that it arrived. Raise Refusal for any other."""
    _decide(Decision.MARK_AS_SENT, message, actor, now)


def requeue(*, message: OutboxMessage, actor: Actor, now: dt.datetime) -> None:
    """Send an uncertain or a refused message again, at once. Raise Refusal for any other."""
    _decide(Decision.REQUEUE, message, actor, now)


def decide_many(*, decision: Decision, message_ids: Sequence[int], actor: Actor, now: dt.datetime) -> int:
    """Apply a decision to each message whose state allows it, some hundreds a transaction; count them."""
    return sum(
        _decide_chunk(decision, message_ids[start : start + CHUNK], actor, now)
        for start in range(0, len(message_ids), CHUNK)
    )


@transaction.atomic
def _decide_chunk(decision: Decision, message_ids: Sequence[int], actor: Actor, now: dt.datetime) -> int:
    rows = OutboxMessage.objects.select_for_update().filter(pk__in=message_ids).order_by("pk")
    if decision is Decision.REQUEUE:
        rows = rows.filter(erased_at=None)
    before = {row.pk: row for row in rows}
    moved = move([Move(pk, decision.to, Mover.PERSON, next_attempt_at=now) for pk in before], now=now)
    for pk in moved:
        record(
            actor=actor,
            action=f"outbox.{decision}",
            subject=before[pk].name_in_journal,
            before={"state": before[pk].state},
            after={"state": decision.to},
            now=now,
        )
    return len(moved)


def _decide(decision: Decision, message: OutboxMessage, actor: Actor, now: dt.datetime) -> None:
    if decide_many(decision=decision, message_ids=[message.pk], actor=actor, now=now):
        return
    message.refresh_from_db(fields=["state", "erased_at"])
    if decision is Decision.REQUEUE and message.erased_at is not None:
        raise Refusal(_("L'adresse de ce destinataire a été effacée\u00a0: ce message ne repart plus."))
    raise Refusal(
        _("Ce message est maintenant à l'état «\u00a0%(state)s\u00a0»\u00a0: rien n'a été changé.")
        % {"state": MessageState(message.state).label}
    )


def pause(*, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Let nothing be claimed until the outbox is reopened; raise Refusal without a reason to show.

    What a worker already has goes on to its end.
    """
    reason = " ".join(reason.split())[:MAX_REASON]
    if not reason:
        raise Refusal(
            _("Dites pourquoi l'envoi est suspendu\u00a0: le motif est montré sur toutes les pages.")
        )
    _switch(is_paused=True, reason=reason, actor=actor, now=now)


def reopen(*, actor: Actor, now: dt.datetime) -> None:
    """Let messages leave again."""
    _switch(is_paused=False, reason="", actor=actor, now=now)


def _switch(*, is_paused: bool, reason: str, actor: Actor, now: dt.datetime) -> None:
    with transaction.atomic():
        OutboxSwitch.objects.update_or_create(
            pk=1,
            defaults={
                "is_paused": is_paused,
                "reason": reason,
                "changed_at": now,
                "changed_by_name": actor.name,
            },
        )
        record(
            actor=actor,
            action="outbox.pause" if is_paused else "outbox.reopen",
            subject="outbox",
            after={"reason": reason},
            now=now,
        )
