"""Every write to the outbox: queue, claim, move, sweep, stop, and what a person decides."""

from encours.delivery.actions.deciding import (
    Decision,
    cancel,
    decide_many,
    mark_as_sent,
    pause,
    reopen,
    requeue,
)
from encours.delivery.actions.enqueueing import Mailing, Recipient, enqueue, enqueue_all
from encours.delivery.actions.erasing import stop_for_ever
from encours.delivery.actions.leasing import Claimed, claim, claimed_by, renew, sweep
from encours.delivery.actions.moving import LEGAL, Move, Mover, move

__all__ = [
    "LEGAL",
    "Claimed",
    "Decision",
    "Mailing",
    "Move",
    "Mover",
    "Recipient",
    "cancel",
    "claim",
    "claimed_by",
    "decide_many",
    "enqueue",
    "enqueue_all",
    "mark_as_sent",
    "move",
    "pause",
    "renew",
    "reopen",
    "requeue",
    "stop_for_ever",
    "sweep",
]
