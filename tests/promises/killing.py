"""Kill workers at random while they send, start others, and count what the mail server has taken."""

from __future__ import annotations

import hashlib
import queue
import random
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.mailserver import Received
from tests.promises.installation import Installation
from tests.promises.queueing import content_of, recipient_of

REFERENCE = "KILL"
SLOW_SECONDS = 0.02
"""What each answer of the mail server takes at most: a kill then meets every step, not only our commits."""
QUIET_SECONDS = 60.0
"""How long nothing may be received before the run is given up."""
STOP_SECONDS = 10.0
ROUNDS_TO_SETTLE = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it."""

    messages: int
    kills: int
    workers: int = 3
    seed: int = 1
    limit_seconds: float = 600


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it."""

    messages: int
    kills: int
    seconds: float
    delivered: int
    duplicates: int
    lost: int
    altered: int
    unsettled: int
    uncertain: int
    uncertain_delivered: int


class Crew:
    """The workers alive, the eldest first."""

    def __init__(self, place: Installation, plan: Plan) -> None:
        self._place = place
        self._chance = random.Random(plan.seed)
        self._alive = [self._start() for _worker in range(plan.workers)]

    def _start(self) -> subprocess.Popen[bytes]:
        return self._place.start("worker", "--lease", "2")

    def kill_one(self) -> None:
        """Kill one of the two that have lived longest, at some moment of its work, and start another."""
        time.sleep(self._chance.uniform(0, SLOW_SECONDS * 4))
        victim = self._alive.pop(self._chance.randrange(min(2, len(self._alive))))
        assert victim.poll() is None, f"a worker ended by itself: {victim.returncode}"
        victim.kill()
        victim.wait()
        self._alive.append(self._start())

    def stop(self) -> None:
        """Ask all to stop: each must have ended, well, after ten seconds."""
        for worker in self._alive:
            worker.terminate()
        assert {worker.wait(STOP_SECONDS) for worker in self._alive} <= {0, -15}  # -15: not up yet

    def end(self) -> None:
        """Leave nothing running, whatever happened."""
        for worker in self._alive:
            if worker.poll() is None:
                worker.kill()
                worker.wait()


def kill_at_random(place: Installation, plan: Plan) -> Figures:
    """Queue the messages, kill workers while they send, then let them settle everything; count."""
    place.queue(REFERENCE, plan.messages)
    start = time.monotonic()
    crew = Crew(place, plan)
    try:
        kills = kill_while_sending(place, plan, crew, start + plan.limit_seconds)
        crew.stop()
    finally:
        crew.end()
    settle(place)
    seconds = time.monotonic() - start
    return _count(plan, kills, seconds, place.outbox(), place.mail.received())


def settle(place: Installation) -> None:
    """Let a worker do what remains, until no message is left in between."""
    for _round in range(ROUNDS_TO_SETTLE):
        place.run("worker", "--once", "--lease", "2")
        if not unsettled(place.outbox()):
            break
        time.sleep(1)


def kill_while_sending(place: Installation, plan: Plan, crew: Crew, deadline: float) -> int:
    """Spread the kills over nineteen messages of twenty; return how many they were."""
    taken = kills = 0
    while kills < plan.kills and time.monotonic() < deadline:
        try:
            place.mail.taken.get(timeout=QUIET_SECONDS)
        except queue.Empty:
            break
        taken += 1
        if taken * plan.kills >= (kills + 1) * plan.messages * 0.95:
            crew.kill_one()
            kills += 1
    return kills


def unsettled(outbox: Sequence[Mapping[str, Any]]) -> int:
    """Count the messages of which nobody can say yet what became of them."""
    return sum(message["state"] not in {"sent", "uncertain"} for message in outbox)


def _count(
    plan: Plan, kills: int, seconds: float, outbox: Sequence[Mapping[str, Any]], received: Sequence[Received]
) -> Figures:
    expected = {
        recipient_of(REFERENCE, number): hashlib.sha256(content_of(REFERENCE, number)).hexdigest()
        for number in range(plan.messages)
    }
    times = Counter(one.recipient for one in received)
    uncertain = {str(one["recipient"]) for one in outbox if one["state"] == "uncertain"}
    assert {str(one["recipient"]) for one in outbox} == set(expected), "the list of the outbox is whole"
    return Figures(
        messages=plan.messages,
        kills=kills,
        seconds=seconds,
        delivered=len(times),
        duplicates=sum(count - 1 for count in times.values()),
        lost=len(set(expected) - set(times) - uncertain),
        altered=sum(one.content.decode() != expected.get(one.recipient) for one in received),
        unsettled=unsettled(outbox),
        uncertain=len(uncertain),
        uncertain_delivered=len(uncertain & set(times)),
    )
