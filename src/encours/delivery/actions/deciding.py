"""What a person may decide about the outbox: cancel, say that it was sent, send again, pause, reopen."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.delivery.actions.moving import Move, Mover, move
from encours.delivery.models import MessageState, OutboxMessage, OutboxSwitch


def cancel(*, message: OutboxMessage, actor: Actor, now: dt.datetime) -> None:
    """Take a waiting message out of the queue; raise Refusal once a worker has it or it has left."""
    _decide("cancel", message, MessageState.CANCELLED, actor, now)


def mark_as_sent(*, message: OutboxMessage, actor: Actor, now: dt.datetime) -> None:
    """Settle an uncertain message: the person knows that it arrived. Raise Refusal for any other."""
    _decide("mark_as_sent", message, MessageState.SENT, actor, now)


def requeue(*, message: OutboxMessage, actor: Actor, now: dt.datetime) -> None:
    """Send an uncertain or a refused message again, at once. Raise Refusal for any other."""
    _decide("requeue", message, MessageState.QUEUED, actor, now)


def _decide(verb: str, message: OutboxMessage, to: MessageState, actor: Actor, now: dt.datetime) -> None:
    before = message.state
    with transaction.atomic():
        if move([Move(message.pk, to, Mover.PERSON, next_attempt_at=now)], now=now):
            record(
                actor=actor,
                action=f"outbox.{verb}",
                subject=str(message),
                before={"state": before},
                after={"state": to},
                now=now,
            )
            return
    message.refresh_from_db(fields=["state"])
    raise Refusal(
        _("Ce message est maintenant à l'état « %(state)s » : rien n'a été changé.")
        % {"state": MessageState(message.state).label}
    )


def pause(*, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Have nothing leave from now on; what is being sent is finished."""
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
