"""Let nothing leave any more to people whose addresses are erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.delivery.actions.moving import Move, Mover, move
from encours.delivery.models import MessageState, OutboxMessage

_LEAVING = (MessageState.CLAIMED, MessageState.TRANSMITTING)


@transaction.atomic
def stop_for_ever(references: Collection[str], *, now: dt.datetime) -> int:
    """Cancel what waits of some messages, and let none be sent again; return how many were cancelled.

    Raise Refusal while a worker sends one of them: what it does cannot be taken back.
    """
    rows = OutboxMessage.objects.filter(reference__in=references)
    states = dict(rows.select_for_update().order_by("pk").values_list("pk", "state"))
    if any(state in _LEAVING for state in states.values()):
        raise Refusal(
            _(
                "Un e-mail est en train de partir vers ce client : rien n'a été effacé."
                " Recommencez dans quelques minutes."
            )
        )
    waiting = [pk for pk, state in states.items() if state == MessageState.QUEUED]
    cancelled = move([Move(pk, MessageState.CANCELLED, Mover.PERSON) for pk in waiting], now=now)
    rows.filter(erased_at=None).update(erased_at=now)
    return len(cancelled)
