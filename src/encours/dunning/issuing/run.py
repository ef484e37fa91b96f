"""Issue reminders: reserve a chunk, draw it, store it, and go on; take up what a dead process left."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from encours import failpoints
from encours.access.scopes import Scope
from encours.archive import store
from encours.core.actors import Actor
from encours.delivery import leases
from encours.dunning.issuing.drawing import DrawnFile
from encours.dunning.issuing.ordering import Drawing, start_drawing
from encours.dunning.issuing.reserve import DRAWING_LEASE, Request, Reserved, reserve
from encours.dunning.issuing.storing import store_drawn
from encours.dunning.models import Reminder, ReminderState

logger = logging.getLogger(__name__)

CHUNK = 100
"""How many reminders are reserved, drawn and stored together: one pair of transactions."""

AT_ONCE = 2
"""How many chunks are reserved at the same time: one is stored while the next is drawn."""

MAX_CHUNKS = 10_000

DRAWING_RETRY = dt.timedelta(minutes=1)
"""How long a reservation that could not be drawn waits before the next try."""

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Begun:
    """A chunk that is reserved and being drawn."""

    reserved: Reserved
    drawing: Drawing


def issue(*, requests: Mapping[int, Request], scope: Scope, actor: Actor, clock: Clock) -> Reserved:
    """Issue a reminder for each account that still deserves one, a chunk at a time.

    While a chunk is drawn the next one is reserved and the one before is stored. A reminder that could not be
    drawn stays reserved and is tried again by ``resume``; its row says why.
    """
    result = Reserved()
    begun: deque[Begun] = deque()
    remaining = iter(requests.items())
    while (chunk := dict(islice(remaining, CHUNK))) or begun:
        if chunk:
            begun.append(begin(requests=chunk, scope=scope, actor=actor, clock=clock))
        if not chunk or len(begun) == AT_ONCE:
            done = begun.popleft()
            complete(done, clock)
            result.reminders += done.reserved.reminders
            result.left += done.reserved.left
    return result


def begin(*, requests: Mapping[int, Request], scope: Scope, actor: Actor, clock: Clock) -> Begun:
    """Reserve a chunk and start to draw it; ``complete`` must follow."""
    reserved = reserve(requests=requests, scope=scope, actor=actor, now=clock())
    failpoints.reach("reserved")
    waiting = [row for row in reserved.reminders if row.state == ReminderState.RESERVED]
    return Begun(reserved, start_drawing(waiting))


def complete(begun: Begun, clock: Clock) -> None:
    """Wait for the drawing of a chunk and store it; each row of a reminder is brought up to date."""
    finish(begun.drawing, clock)


def finish(drawing: Drawing, clock: Clock) -> None:
    """Store what was drawn; what could not be is postponed."""
    drawn: dict[int, list[DrawnFile]] = {}
    for reminder, files in drawing:
        try:
            drawn[reminder.id] = files.result()
        except Exception as error:
            logger.exception("reminder %s could not be drawn", reminder.reference)
            _postpone(reminder, str(error), clock())
    failpoints.reach("drawn")
    stored = _stored(drawing, drawn, clock) if drawn else {}
    for reminder, _files in drawing:
        if reminder.id in stored:
            reminder.state = stored[reminder.id].state
            reminder.issued_at = stored[reminder.id].issued_at
            reminder.delivery_state = stored[reminder.id].delivery_state


def _stored(drawing: Drawing, drawn: Mapping[int, Sequence[DrawnFile]], clock: Clock) -> dict[int, Reminder]:
    """Store what was drawn; where the store of documents is away nothing is, and all of it is postponed."""
    try:
        return {row.id: row for row in store_drawn(drawn=drawn, now=clock())}
    except store.UnavailableError as error:
        logger.exception("%s reminders could not be stored", len(drawn))
        for reminder, _files in drawing:
            if reminder.id in drawn:
                _postpone(reminder, str(error), clock())
        return {}


def resume(*, clock: Clock, limit: int = CHUNK) -> int:
    """Take up reservations whose process died or gave up, a chunk at most; return how many were taken."""
    now = clock()
    taken = [row for row in islice(_abandoned(now), limit) if _take(row, now)]
    if taken:
        finish(start_drawing(taken), clock)
    return len(taken)


def take_up(clock: Clock) -> int:
    """Take up one chunk of abandoned reservations: a job of the worker."""
    return resume(clock=clock)


def resume_all(clock: Clock) -> int:
    """Take up every abandoned reservation, chunk by chunk; return how many were taken."""
    total = 0
    for _ in range(MAX_CHUNKS):
        taken = resume(clock=clock)
        total += taken
        if not taken:
            break
    return total


def _abandoned(now: dt.datetime) -> Iterable[Reminder]:
    rows = Reminder.objects.filter(state=ReminderState.RESERVED).order_by("created_at", "id")[:1000]
    for row in rows:
        if row.lease_expires_at is None or row.lease_expires_at <= now or leases.is_dead(row.lease_owner):
            yield row


def _take(row: Reminder, now: dt.datetime) -> bool:
    """Take a lease by compare-and-swap: of two that try, one gets it."""
    held = Reminder.objects.filter(
        id=row.id,
        state=ReminderState.RESERVED,
        lease_owner=row.lease_owner,
        lease_expires_at=row.lease_expires_at,
    )
    return bool(held.update(lease_owner=leases.this_process(), lease_expires_at=now + DRAWING_LEASE))


def _postpone(reminder: Reminder, error: str, now: dt.datetime) -> None:
    Reminder.objects.filter(id=reminder.id, state=ReminderState.RESERVED).update(
        last_error=error[:2000], lease_owner="", lease_expires_at=now + DRAWING_RETRY
    )
