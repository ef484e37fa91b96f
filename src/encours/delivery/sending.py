"""Send claimed messages one by one and write down, in the right order, how far each of them got."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from encours import failpoints
from encours.archive import store
from encours.core.smtp_outcomes import OPENING, Answer, Outcome, Phase, Verdict, delay_after
from encours.delivery.actions import Claimed, Move, Mover, move
from encours.delivery.jobs import Clock
from encours.delivery.models import MessageState
from encours.delivery.transport import LeaseLostError, Transport

logger = logging.getLogger(__name__)

SERVER_REST = dt.timedelta(seconds=10)
"""How long the rest of a batch waits when the server itself does not answer."""
DATABASE_TRIES = 20
DATABASE_PAUSE_SECONDS = 0.5

ResultT = TypeVar("ResultT")


class Sender:
    """Sends with one transport, as one owner of leases."""

    def __init__(self, *, transport: Transport, owner: str, lease: dt.timedelta, clock: Clock) -> None:
        self._transport = transport
        self._owner = owner
        self._lease = lease
        self._clock = clock

    def send_all(self, messages: Sequence[Claimed], is_stopping: Callable[[], bool]) -> None:
        """Send a batch in order; what is left when stopping, or when the server is away, is given back."""
        for index, message in enumerate(messages):
            if is_stopping():
                self._give_back(messages[index:], self._clock())
                return
            verdict = self._send(message)
            if verdict is not None and verdict.phase in OPENING and verdict.outcome is Outcome.RETRY:
                self._give_back(messages[index + 1 :], self._clock() + SERVER_REST)
                return

    def _send(self, message: Claimed) -> Verdict | None:
        """Send one message and settle it; None where it is no longer ours."""
        started_at = self._clock()
        failpoints.reach("claimed")
        try:
            content = patiently(lambda: store.get(message.content_sha256))
        except store.NotStoredError:
            reason = _("Le message %(sha256)s manque dans l'archive : lancez encours verify.")
            verdict = Verdict(Phase.CHECK, Answer.OURS, text=reason % {"sha256": message.content_sha256})
        else:
            try:
                verdict = self._transport.send(
                    message, content, lambda: self._announce_dot(message, started_at)
                )
            except LeaseLostError:
                self._give_back([message], self._clock() + SERVER_REST)  # no dot left, if it still is ours
                return None
        failpoints.reach("answered")
        self._settle(message, verdict, started_at)
        failpoints.reach("settled")
        return verdict

    def _announce_dot(self, message: Claimed, started_at: dt.datetime) -> bool:
        """Commit that the final dot is about to leave: from here on, silence means «uncertain»."""
        now = self._clock()
        asked = Move(
            message.id,
            MessageState.TRANSMITTING,
            Mover.WORKER,
            owner=self._owner,
            server=self._transport.name,
            started_at=started_at,
            lease_expires_at=now + self._lease,
        )
        # A retry whose first commit did reach the database finds the state moved and forbids the dot: the
        # message then becomes uncertain, which is the safe side.
        is_ours = bool(patiently(lambda: move([asked], now=now)))
        failpoints.reach("transmitting")
        return is_ours

    def _settle(self, message: Claimed, verdict: Verdict, started_at: dt.datetime) -> None:
        now = self._clock()
        state, next_attempt_at, reply = _after(message, verdict, now)
        asked = Move(
            message.id,
            state,
            Mover.WORKER,
            owner=self._owner,
            verdict=verdict,
            reply=reply,
            server=self._transport.name,
            started_at=started_at,
            next_attempt_at=next_attempt_at,
        )
        patiently(lambda: move([asked], now=now))
        logger.info("%s for outbox row %s: %s", state, message.id, verdict.phase)

    def _give_back(self, messages: Sequence[Claimed], not_before: dt.datetime) -> None:
        moves = [
            Move(
                message.id,
                MessageState.QUEUED,
                Mover.WORKER,
                owner=self._owner,
                next_attempt_at=not_before,
            )
            for message in messages
        ]
        if moves:
            patiently(lambda: move(moves, now=self._clock()))


def _after(
    message: Claimed, verdict: Verdict, now: dt.datetime
) -> tuple[MessageState, dt.datetime | None, str]:
    """Return the state that a verdict leads to, when to try again, and the words to keep."""
    if verdict.outcome is Outcome.RETRY:
        delay = delay_after(message.failure_count + 1)
        if delay is not None:
            return MessageState.QUEUED, now + delay, ""
        given_up = _("Abandonné après %(count)s essais : %(reply)s")
        words = given_up % {"count": message.failure_count + 1, "reply": verdict.reply}
        return MessageState.REFUSED, None, words
    return _STATES[verdict.outcome], None, ""


_STATES = {
    Outcome.SENT: MessageState.SENT,
    Outcome.REFUSED: MessageState.REFUSED,
    Outcome.UNCERTAIN: MessageState.UNCERTAIN,
}


def patiently(action: Callable[[], ResultT]) -> ResultT:
    """Do something in the database, again for a while if it is locked, busy or being restarted."""
    for attempt in range(DATABASE_TRIES):
        try:
            return action()
        except OperationalError:
            if attempt == DATABASE_TRIES - 1:
                raise
            logger.warning("the database does not answer; trying again")
            connection.close()
            time.sleep(DATABASE_PAUSE_SECONDS)
    raise AssertionError("unreachable")
