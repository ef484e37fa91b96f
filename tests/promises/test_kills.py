"""Workers killed at any moment send nothing twice, lose nothing, and name what nobody can know."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from encours import failpoints
from tests.promises.installation import Installation, installation
from tests.promises.killing import SLOW_SECONDS, Plan, kill_at_random
from tests.promises.queueing import content_of, recipient_of
from tests.promises.stopping import LEASE_SECONDS

pytestmark = pytest.mark.promise


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("points")) as made:
        yield made


def test_workers_killed_at_random_send_each_message_once_and_list_the_uncertain(tmp_path: Path) -> None:
    plan = Plan(messages=150, kills=25)
    with installation(tmp_path, slow_seconds=SLOW_SECONDS, keeps_content=False) as place:
        figures = kill_at_random(place, plan)
    assert figures.kills == plan.kills
    assert (figures.duplicates, figures.lost, figures.altered, figures.unsettled) == (0, 0, 0, 0)
    # Killed between its note and the dot, a message has not left: a few millionths of a second in each.
    assert figures.uncertain - figures.uncertain_delivered <= 1


AT_DEATH = {
    "claimed": "claimed",
    "transmitting": "transmitting",
    "noted": "transmitting",
    "answered": "transmitting",
    "settled": "sent",
}
AFTER_RESTART = {
    "claimed": ("sent", 1),
    "transmitting": ("sent", 1),  # it had not noted that the dot leaves: so it never left
    "noted": ("uncertain", 0),
    "answered": ("uncertain", 1),
    "settled": ("sent", 1),
}


@pytest.mark.parametrize("point", failpoints.SENDING)
def test_a_worker_that_ends_at_a_point_leaves_the_true_state_and_the_next_goes_on(
    point: str, place: Installation
) -> None:
    reference = f"exit-{point}"
    place.run("exit", point, module="tests.promises.stopping", expect=9)
    first, other = _states(place, reference)
    # The other was taken at once with it and not begun, or announced by the commit that settled the first.
    assert first == AT_DEATH[point]
    assert other in {"claimed", "transmitting"} if point == "settled" else other == "claimed"
    place.run("worker", "--once")
    state, count = AFTER_RESTART[point]
    assert _states(place, reference) == [state, "sent"]
    assert _taken(place, reference, 0) == [_sha256(reference, 0)] * count
    assert _taken(place, reference, 1) == [_sha256(reference, 1)]


WHILE_FROZEN = {
    "claimed": ("sent", 1),  # by the other worker: the frozen one finds its lease lost and sends no dot
    "transmitting": ("uncertain", 0),  # as it lives, its dot may still leave
    "noted": ("uncertain", 0),
    "answered": ("uncertain", 1),
    "settled": ("sent", 1),
}


@pytest.mark.parametrize("point", failpoints.SENDING)
def test_a_worker_frozen_beyond_its_lease_wakes_up_and_sends_nothing_twice(
    point: str, place: Installation
) -> None:
    reference = f"freeze-{point}"
    with place.start("freeze", point, module="tests.promises.stopping") as frozen:
        try:
            _pid, status = os.waitpid(frozen.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            time.sleep(LEASE_SECONDS + 0.1)  # alive, it keeps its messages until its lease has run out
            place.run("worker", "--once")
            state, count = WHILE_FROZEN[point]
            first, other = _states(place, reference)
            assert first == state
            # What settled the first may have announced the other: its dot may still leave.
            assert other in {"sent", "uncertain"} if point == "settled" else other == "sent"
            assert len(_taken(place, reference, 0)) == count
            frozen.send_signal(signal.SIGCONT)
            assert frozen.wait(60) == 0
        finally:
            frozen.kill()
    # Its answer, though late, is the truth about what was uncertain.
    assert _states(place, reference) == ["sent", "sent"]
    for number in range(2):
        assert _taken(place, reference, number) == [_sha256(reference, number)]


def _states(place: Installation, reference: str) -> list[str]:
    states = {one["reference"]: one["state"] for one in place.outbox()}
    return [states[f"{reference}-{at}"] for at in range(2)]


def _taken(place: Installation, reference: str, number: int) -> list[str]:
    address = recipient_of(reference, number)
    return [one.content.decode() for one in place.mail.received() if one.recipient == address]


def _sha256(reference: str, number: int) -> str:
    return hashlib.sha256(content_of(reference, number)).hexdigest()
