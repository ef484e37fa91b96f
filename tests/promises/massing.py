"""Remind many accounts in one run while its workers are killed or its database restarts, and count."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from tests.postgres import Postgres
from tests.promises.installation import ROOT, Installation
from tests.promises.killing import QUIET_SECONDS, Crew, Plan, kill_while_sending, settle, unsettled
from tests.promises.ledgers import address_of

MODULE = "tests.promises.launching"
OUTAGE_SECONDS = 3.0
"""Longer than the lease of the workers here: what they hold runs out meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MassFigures:
    """What came of a run: the accounts as its lines and the archive tell, the messages as the server does."""

    accounts: int
    kills: int = 0
    restarts: int = 0
    seconds: float = 0
    without_reminder: int
    reminded_twice: int
    duplicates: int
    lost: int
    altered: int
    unsettled: int
    problems: int
    uncertain: int
    uncertain_delivered: int

    @property
    def wrong(self) -> int:
        """Return how often the promise was broken."""
        reminders = self.without_reminder + self.reminded_twice
        return reminders + self.duplicates + self.lost + self.altered + self.unsettled + self.problems


def prepare(place: Installation, accounts: int) -> None:
    """Give an installation a ledger, and a proposal to remind all of it."""
    place.run("propose", str(place.folder), str(accounts), module=MODULE)


def kill_during_a_run(place: Installation, plan: Plan) -> MassFigures:
    """Launch the proposal, kill workers while they issue and send, then let them finish; count."""
    return _run(place, plan, lambda crew, deadline: (kill_while_sending(place, plan, crew, deadline), 0))


def restart_during_a_run(place: Installation, plan: Plan, server: Postgres, restarts: int) -> MassFigures:
    """Launch the proposal and stop the database under it, every other time as a power cut would; count.

    The workers must live through it: none is started anew.
    """

    def disturb(_crew: Crew, deadline: float) -> tuple[int, int]:
        taken = done = 0
        while done < restarts and time.monotonic() < deadline:
            try:
                place.mail.taken.get(timeout=QUIET_SECONDS)
            except queue.Empty:
                break
            taken += 1
            if taken * (restarts + 1) >= (done + 1) * plan.messages:
                server.stop("immediate" if done % 2 else "fast")
                time.sleep(OUTAGE_SECONDS)
                server.start()
                done += 1
        return 0, done

    return _run(place, plan, disturb)


def _run(place: Installation, plan: Plan, disturb: Callable[[Crew, float], tuple[int, int]]) -> MassFigures:
    start = time.monotonic()
    crew = Crew(place, plan)
    try:
        place.run("launch", module=MODULE)
        kills, restarts = disturb(crew, start + plan.limit_seconds)
        crew.stop()
    finally:
        crew.end()
    settle(place)
    return count(place, plan.messages, kills=kills, restarts=restarts, seconds=time.monotonic() - start)


def count(place: Installation, accounts: int, **known: Any) -> MassFigures:
    """Count what the archive, the outbox and the mail server say of each account."""
    told = json.loads(place.run("report", module=MODULE))
    kept = {address_of(int(code[1:])): hashes for code, hashes in told["documents"].items()}
    received = place.mail.received()
    times = Counter(one.recipient for one in received)
    outbox = told["outbox"]["messages"]
    uncertain = {str(one["recipient"]) for one in outbox if one["state"] == "uncertain"}
    everybody = {address_of(number) for number in range(accounts)}
    is_whole = told["run"] == "done" and told["lines"] == {"issued": accounts}
    return MassFigures(
        accounts=accounts,
        without_reminder=len(everybody - set(kept)),
        reminded_twice=sum(len(hashes) - 1 for hashes in kept.values()),
        duplicates=sum(number - 1 for number in times.values()),
        lost=len(everybody - set(times) - uncertain),
        altered=sum(one.content.decode() not in kept.get(one.recipient, []) for one in received),
        unsettled=unsettled(outbox) + (not is_whole),
        problems=len(told["verify"]["problems"]) + len(told["check_figures"]["problems"]),
        uncertain=len(uncertain),
        uncertain_delivered=len(uncertain & set(times)),
        **known,
    )


def launch_at_once(place: Installation, accounts: int, *, processes: int, times: int) -> MassFigures:
    """Have processes launch and do the same proposal at the same moment, each several times in a row."""
    start = time.monotonic()
    with ExitStack() as stack:
        crew = [stack.enter_context(_issuing(place, times)) for _process in range(processes)]
        for one in crew:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in crew:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.close()
        assert [one.wait(600) for one in crew] == [0] * processes
    settle(place)
    return count(place, accounts, seconds=time.monotonic() - start)


def _issuing(place: Installation, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", MODULE, "issue", str(times)],
        cwd=ROOT,
        env=place.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
