"""Hand messages to the mail server over several connections at once; nothing here touches the database.

Each connection is kept by a thread that tells what happens to its message: that all but the final dot has
left, then what the answer was. Whoever reads these events writes them down, many in one commit: see sending.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from encours import failpoints
from encours.core.smtp_outcomes import OPENING, Answer, Outcome, Phase, Verdict
from encours.delivery.actions import Claimed
from encours.delivery.dots import Dots
from encours.delivery.jobs import Clock
from encours.delivery.transport import LeaseLostError, Transport

logger = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
"""Servers dislike silent sessions: one that has nothing to send is ended after this time."""
CLOSE_SECONDS = 5.0
GATHER_SECONDS = 0.003
"""How long a commit waits for one more connection to reach its dot: it costs as much for one as for all."""
MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message under lease and its bytes."""

    message: Claimed
    content: bytes


@dataclass(frozen=True, slots=True)
class AtDot:
    """All but the final dot has left; the thread waits to be told whether the dot may follow."""

    message: Claimed
    server: str
    started_at: dt.datetime
    answer: queue.SimpleQueue[bool]


@dataclass(frozen=True, slots=True)
class Done:
    """What a try came to; without a verdict the dot was forbidden, and nothing was handed over."""

    parcel: Parcel
    server: str
    started_at: dt.datetime
    verdict: Verdict | None

    @property
    def is_of_the_server(self) -> bool:
        """Tell whether no session could be opened: that says nothing of the message."""
        verdict = self.verdict
        return verdict is not None and verdict.phase in OPENING and verdict.outcome is Outcome.RETRY


Event = AtDot | Done


class Channels:
    """At most ``limit`` connections, opened as they are needed, fed from one queue."""

    def __init__(
        self, *, open_transport: Callable[[], Transport], limit: int, dots: Dots, clock: Clock
    ) -> None:
        self._open_transport = open_transport
        self._most = self._limit = limit
        self._dots = dots
        self._clock = clock
        self._feed: queue.SimpleQueue[Parcel | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running: dict[int, tuple[threading.Thread, Transport]] = {}
        self._idle = 0

    def hand(self, parcels: Sequence[Parcel]) -> None:
        """Have these sent, in this order as far as several connections keep one."""
        for parcel in parcels:
            self._feed.put(parcel)
        with self._lock:
            needed = max(0, self._feed.qsize() - self._idle)
            allowed = max(0, self._limit - len(self._running))
            free = [slot for slot in range(self._most) if slot not in self._running]
            for slot in free[: min(needed, allowed)]:
                transport = self._open_transport()
                thread = threading.Thread(
                    target=self._run, args=(slot, transport), name=f"connection {slot}", daemon=True
                )
                self._running[slot] = thread, transport
                thread.start()

    def take_back(self) -> list[Claimed]:
        """Return what no connection has begun."""
        waiting: list[Claimed] = []
        with suppress(queue.Empty):
            while True:
                parcel = self._feed.get_nowait()
                if parcel is not None:
                    waiting.append(parcel.message)
        return waiting

    def events(self, wait_seconds: float) -> list[Event]:
        """Return what happened, or nothing in time: once something has, the others are given a moment too."""
        found: list[Event] = []
        with suppress(queue.Empty):
            found.append(self._events.get(timeout=wait_seconds))
            while len(found) < MOST_EVENTS:
                at_dot = sum(isinstance(event, AtDot) for event in found)
                is_one_missing = at_dot < len(self._running) - self._idle
                found.append(self._events.get(timeout=GATHER_SECONDS if is_one_missing else 0))
        return found

    def narrow(self) -> bool:
        """Keep to the connections that are left after one was refused; False if there is none."""
        with self._lock:
            self._limit = len(self._running) or self._most
            return len(self._running) > 0

    def widen(self) -> None:
        """Try as many connections as at first."""
        self._limit = self._most

    def abort(self) -> None:
        """Cut every connection under a call that waits; may be called from any thread."""
        with self._lock:
            for _thread, transport in self._running.values():
                transport.abort()

    def close(self) -> None:
        """Say goodbye on every connection; forbid the dots for which nobody will answer any more."""
        with self._lock:
            threads = [thread for thread, _transport in self._running.values()]
        for _thread in threads:
            self._feed.put(None)
        for event in self.events(0):
            if isinstance(event, AtDot):
                event.answer.put(False)
        for thread in threads:
            thread.join(CLOSE_SECONDS)

    def _run(self, slot: int, transport: Transport) -> None:
        try:
            while True:
                try:
                    parcel = self._next_parcel()
                except queue.Empty:
                    transport.close()
                    continue
                if parcel is None:
                    break
                done = self._send(slot, transport, parcel)
                if done.is_of_the_server:
                    self._leave(slot)
                self._events.put(done)
                if done.is_of_the_server:
                    return  # before it takes another: whoever reads the events decides what comes next
        finally:
            self._leave(slot)
            transport.close()

    def _leave(self, slot: int) -> None:
        with self._lock:
            if slot in self._running and self._running[slot][0] is threading.current_thread():
                del self._running[slot]

    def _next_parcel(self) -> Parcel | None:
        with self._lock:
            self._idle += 1
        try:
            return self._feed.get(timeout=IDLE_SECONDS)
        finally:
            with self._lock:
                self._idle -= 1

    def _send(self, slot: int, transport: Transport, parcel: Parcel) -> Done:
        """Send one message; whatever goes wrong, tell it: nobody else knows of it."""
        message, started_at = parcel.message, self._clock()
        answer: queue.SimpleQueue[bool] = queue.SimpleQueue()
        has_left = False

        def may_leave() -> bool:
            nonlocal has_left
            self._events.put(AtDot(message, transport.name, started_at, answer))
            if not answer.get():
                return False
            failpoints.reach("transmitting")
            has_left = True
            self._dots.note(slot, message.id)
            failpoints.reach("noted")
            return True

        failpoints.reach("claimed")
        verdict: Verdict | None
        try:
            verdict = transport.send(message, parcel.content, may_leave)
        except LeaseLostError:
            verdict = None
        except Exception as error:
            logger.exception("sending outbox row %s failed", message.id)
            verdict = Verdict(
                Phase.FINAL_DOT if has_left else Phase.BODY, Answer.DROP, text=repr(error)[:500]
            )
            transport.close()
        failpoints.reach("answered")
        return Done(parcel, transport.name, started_at, verdict)
