"""Measure issuing a mass reminder beside drawing and composing the same frozen data in the same processes.

Usage: python -m bench.issuing letter|email [COUNT]  (on a database that bench.overdue made; each run reminds
COUNT accounts that no earlier one has)

First the whole run, from the launch to the last line: locks, decisions, numbers, frozen data, documents,
archive, chain, audit, outbox, figures. Then the bare work: the files of the same reminders, drawn from their
frozen texts by the same pool, with the chunks that the run has, and thrown away.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.setup import start

if TYPE_CHECKING:
    from encours.dunning.runs.models import ReminderRun

CODES = {"letter": "L1", "email": "E1"}
REACHED = {"letter": "is_reachable_by_post", "email": "is_reachable_by_email"}


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: by the clock, and in processor time of this process and of its children."""

    seconds: float
    own: float
    children: float

    @property
    def processor(self) -> float:
        """Return the processor time of all of them."""
        return self.own + self.children


class Watch:
    """Measures from its making to ``stop``; the children are those of the pool, which are ended for it."""

    def __init__(self) -> None:
        from encours.dunning.issuing import painters

        painters.close()
        self._wall, self._own, self._children = time.perf_counter(), time.process_time(), _children()

    def stop(self) -> Times:
        """Return the times; the children are ended first, for their processor time to be counted."""
        from encours.dunning.issuing import painters

        seconds = time.perf_counter() - self._wall
        painters.close()
        return Times(seconds, time.process_time() - self._own, _children() - self._children)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def propose(mode: str, count: int) -> ReminderRun:
    """Return a prepared proposal of accounts that are not reminded yet."""
    from django.utils import timezone

    from encours.access.scopes import EVERYTHING
    from encours.core.actors import COMMAND_LINE
    from encours.dunning.runs.options import RunOptions
    from encours.dunning.runs.proposing import create_run, prepare
    from encours.dunning.runs.selections import RunSelection
    from encours.parties.models import Account

    rows = Account.objects.filter(**{REACHED[mode]: True}, reminders=None, open_invoice_count__gte=3)
    ids = tuple(rows.order_by("id").values_list("id", flat=True)[:count])
    run = create_run(
        selection=RunSelection(account_ids=ids),
        options=RunOptions(templates=((mode, CODES[mode]),)),
        scope=EVERYTHING,
        actor=COMMAND_LINE,
        now=timezone.now(),
    )
    prepare(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    return run


def whole(run: ReminderRun) -> Times:
    """Launch a proposal and work until every line has its result."""
    from django.utils import timezone

    from encours.core.actors import COMMAND_LINE
    from encours.dunning.runs.actions import launch_run
    from encours.dunning.runs.working import work_until_done

    watch = Watch()
    launch_run(run=run, actor=COMMAND_LINE, now=timezone.now())
    work_until_done(timezone.now)
    return watch.stop()


def bare(texts: Sequence[str]) -> Times:
    """Draw and compose the same reminders, a chunk after another with one more waiting, and nothing else."""
    from encours.dunning.issuing import painters
    from encours.dunning.issuing.ordering import order_of
    from encours.dunning.issuing.run import CHUNK

    orders = [order_of(text) for text in texts]
    watch = Watch()
    before = painters.start(orders[:CHUNK])
    for at in range(CHUNK, len(orders) + CHUNK, CHUNK):
        after = painters.start(orders[at : at + CHUNK])
        for future in before:
            future.result()
        before = after
    return watch.stop()


def _pace(run: ReminderRun) -> tuple[str, str]:
    """Return how many accounts a second were done at the beginning of a run and at its end."""
    moments = sorted(run.lines.filter(finished_at__isnull=False).values_list("finished_at", flat=True))
    fifth = len(moments) // 5
    paces = []
    for first, last in ((run.launched_at, moments[fifth - 1]), (moments[-fifth - 1], moments[-1])):
        seconds = (last - first).total_seconds() if first and last and last != first else 0.0
        paces.append(f"{fifth / seconds:.0f}" if seconds else "?")
    return paces[0], paces[1]


def main(mode: str, count: int) -> None:
    """Measure once and print both, and their ratio."""
    from django.db import connection

    from encours.dunning.models import Reminder

    run = propose(mode, count)
    ours = whole(run)
    issued = Reminder.objects.filter(run_lines__run=run, state="issued").order_by("id")
    texts = list(issued.values_list("frozen", flat=True))
    theirs = bare(texts)
    run.refresh_from_db()
    print(f"accounts a second, first fifth and last: {' and '.join(_pace(run))}")
    for name, times in (("whole run", ours), ("bare", theirs)):
        print(
            f"{name}: {times.seconds:.1f} s, {len(texts) / times.seconds:.0f}/s,"
            f" {times.own:.1f} + {times.children:.1f} s of processor"
        )
    print(
        f"{connection.vendor}: {len(texts)} of {count} by {mode}, ratio {ours.seconds / theirs.seconds:.2f}"
        f" (processor {ours.processor / theirs.processor:.2f}, load {os.getloadavg()[0]:.1f})"
    )


if __name__ == "__main__":
    start()
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)
