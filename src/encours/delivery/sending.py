"""Send what is due, and write down in the right order, many messages in one commit, how far each got."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from encours import failpoints
from encours.archive import store
from encours.core.smtp_outcomes import Answer, Outcome, Phase, Verdict, delay_after
from encours.delivery.actions import Claimed, Move, Mover, claim, claimed_by, move
from encours.delivery.channels import AtDot, Channels, Done, Event, Parcel
from encours.delivery.jobs import Clock
from encours.delivery.models import MessageState

logger = logging.getLogger(__name__)

BATCH = 100
BATCH_BYTES = 50_000_000
SERVER_REST = dt.timedelta(seconds=10)
"""How long nothing is tried when the server itself does not answer."""
PACE = dt.timedelta(seconds=6)
"""How long nothing is taken once the messages that the server allows in a minute are used up."""
LOOK_SECONDS = 0.5
"""How long to wait for news of what is under way before looking for more to send."""


Allow = Callable[[int, dt.datetime], int]
"""Says how many of so many messages may leave now, and counts them as gone."""


class Sender:
    """The one thread of a worker that knows what is under way and what the database has been told of it.

    Connections work side by side, and while one commit is made durable others reach their final dot, or
    their answer: the next commit writes all of them down. A dot leaves only once a commit says so, and that
    commit says first what became of every message before it.
    """

    def __init__(
        self, *, channels: Channels, allow: Allow, owner: str, lease: dt.timedelta, clock: Clock
    ) -> None:
        self._channels = channels
        self._allow = allow
        self._owner = owner
        self._lease = lease
        self._clock = clock
        self._under_way: set[int] = set()
        self._unsettled: list[Move] = []
        self._rest_until: dt.datetime | None = None
        self._look_again_at = 0.0
        self._may_hold_more = False

    def step(self, is_stopping: Callable[[], bool]) -> int:
        """Take what is due, wait a little for news, write them down; return how many are under way.

        Once asked to stop, take nothing more. Raise what the database raises: what it could not be told is
        kept, and told by the next call.
        """
        if not self._under_way:
            self._look_again_at = 0.0
            self._channels.widen()
        if is_stopping():
            self._give_back(self._channels.take_back(), self._clock())
        else:
            self._take_more()
        if self._under_way:
            # What waits to be written down is not kept waiting for news.
            self._write_down(self._channels.events(0 if self._unsettled else LOOK_SECONDS))
        return len(self._under_way)

    def in_hand(self) -> frozenset[int]:
        """Return the messages that connections have, or wait for; may be called from any thread.

        Not those whose end is known and cannot be written: their leases run out, so that the database says
        «uncertain» or «queued» as long as it has not been told. What it is told late is still taken.
        """
        return frozenset(self._under_way.copy()) - {known.message_id for known in self._unsettled.copy()}

    def _take_more(self) -> None:
        """Take the next messages before the last ones are gone, so that no connection waits for them."""
        now = self._clock()
        if self._rest_until is not None and now >= self._rest_until:
            self._rest_until = None
        if len(self._under_way) > BATCH // 2 or self._rest_until or time.monotonic() < self._look_again_at:
            return
        if self._may_hold_more:
            self._give_back_forgotten(now)
        self._may_hold_more = True  # until all that the next lines bring is in good hands
        messages = claim(owner=self._owner, limit=BATCH, max_bytes=BATCH_BYTES, lease=self._lease, now=now)
        if not messages:
            self._look_again_at = time.monotonic() + LOOK_SECONDS
        new = [message for message in messages if message.id not in self._under_way]
        allowed = self._allow(len(new), now)
        contents = _contents_of(new[:allowed])
        self._may_hold_more = False
        self._under_way.update(message.id for message in new)
        if contents is None:
            self._rest_until = now + SERVER_REST
            self._give_back(new, self._rest_until)
            return
        if allowed < len(new):
            self._rest_until = now + PACE
            self._give_back(new[allowed:], self._rest_until)
        self._hand(new[:allowed], contents, now)

    def _give_back_forgotten(self, now: dt.datetime) -> None:
        """Give back what we claimed when the database failed before we knew of it, or could begin it."""
        forgotten = [one for one in claimed_by(self._owner) if one.id not in self._under_way]
        self._under_way.update(message.id for message in forgotten)
        self._give_back(forgotten, now)

    def _hand(self, messages: Sequence[Claimed], contents: Mapping[str, bytes], now: dt.datetime) -> None:
        parcels = []
        for message in messages:
            content = contents.get(message.content_sha256)
            if content is None:
                self._unsettled.append(self._outcome(message, _missing(message), "", now, now))
            else:
                parcels.append(Parcel(message, content))
        self._channels.hand(parcels)

    def _write_down(self, events: Sequence[Event]) -> None:
        """Commit what the events tell, then let the dots leave that the commit has announced."""
        now = self._clock()
        waiting = [event for event in events if isinstance(event, AtDot)]
        for event in events:
            if isinstance(event, Done):
                self._take_note(event, now)
        moves = [*self._unsettled, *(self._announcement(event, now) for event in waiting)]
        moved: set[int] = set()
        try:
            if moves:
                moved.update(move(moves, now=now))
            if self._unsettled:
                failpoints.reach("settled")
        finally:
            # A commit that failed may have reached the database all the same: the dot is forbidden, and the
            # message given back from where it stands then.
            for event in waiting:
                event.answer.put(event.message.id in moved)
        self._under_way.difference_update(settled.message_id for settled in self._unsettled)
        self._unsettled.clear()

    def _take_note(self, done: Done, now: dt.datetime) -> None:
        """Keep what is to be written of a message: it is under way until that is durable."""
        message, verdict = done.parcel.message, done.verdict
        if verdict is None:
            self._give_back([message], now + SERVER_REST)
            return
        if done.is_of_the_server and self._rest_until is not None:
            self._give_back([message], self._rest_until)
            return
        if done.is_of_the_server:
            if verdict.answer is Answer.REPLY and self._channels.narrow():
                self._channels.hand([done.parcel])  # perhaps a session too many: the others go on
                return
            self._rest_until = now + SERVER_REST
            self._give_back(self._channels.take_back(), self._rest_until)
        logger.debug("%s for outbox row %s", verdict.phase, message.id)
        self._unsettled.append(self._outcome(message, verdict, done.server, done.started_at, now))

    def _announcement(self, event: AtDot, now: dt.datetime) -> Move:
        """Say that the final dot is about to leave: from then on, silence means «uncertain»."""
        return Move(
            event.message.id,
            MessageState.TRANSMITTING,
            Mover.WORKER,
            owner=self._owner,
            server=event.server,
            started_at=event.started_at,
            lease_expires_at=now + self._lease,
        )

    def _outcome(
        self, message: Claimed, verdict: Verdict, server: str, started_at: dt.datetime, now: dt.datetime
    ) -> Move:
        state, next_attempt_at, reply = _after(message, verdict, now)
        return Move(
            message.id,
            state,
            Mover.WORKER,
            owner=self._owner,
            verdict=verdict,
            reply=reply,
            server=server,
            started_at=started_at,
            next_attempt_at=next_attempt_at,
        )

    def _give_back(self, messages: Sequence[Claimed], not_before: dt.datetime) -> None:
        self._unsettled += [
            Move(
                message.id,
                MessageState.QUEUED,
                Mover.WORKER,
                owner=self._owner,
                next_attempt_at=not_before,
            )
            for message in messages
        ]


def _contents_of(messages: Sequence[Claimed]) -> dict[str, bytes] | None:
    """Return the bytes of messages; None where their store is away: they are not lost, and wait."""
    try:
        return store.get_many([message.content_sha256 for message in messages])
    except store.UnavailableError:
        logger.exception("the store of documents does not answer")
        return None


def _missing(message: Claimed) -> Verdict:
    reason = _("Le message %(sha256)s manque dans l'archive\u00a0: lancez encours verify.")
    return Verdict(Phase.CHECK, Answer.OURS, text=reason % {"sha256": message.content_sha256})


def _after(
    message: Claimed, verdict: Verdict, now: dt.datetime
) -> tuple[MessageState, dt.datetime | None, str]:
    """Return the state that a verdict leads to, when to try again, and the words to keep."""
    if verdict.outcome is Outcome.RETRY:
        delay = delay_after(message.failure_count + 1)
        if delay is not None:
            return MessageState.QUEUED, now + delay, ""
        given_up = _("Abandonné après %(count)s essais\u00a0: %(reply)s")
        words = given_up % {"count": message.failure_count + 1, "reply": verdict.reply}
        return MessageState.REFUSED, None, words
    return _STATES[verdict.outcome], None, ""


_STATES = {
    Outcome.SENT: MessageState.SENT,
    Outcome.REFUSED: MessageState.REFUSED,
    Outcome.UNCERTAIN: MessageState.UNCERTAIN,
}
