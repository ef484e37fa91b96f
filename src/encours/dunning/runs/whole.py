"""Propose, launch and finish a mass reminder in one call, as a command does."""

from __future__ import annotations

import time
from collections.abc import Callable

from encours.access.scopes import Scope
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.dunning.issuing.run import Clock
from encours.dunning.runs.actions import launch_run, stop_run
from encours.dunning.runs.models import LineState, ReminderRun, RunState
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.proposing import LeaseLostError, create_run, prepare
from encours.dunning.runs.reporting import finish_run
from encours.dunning.runs.selections import RunSelection, accounts_of
from encours.dunning.runs.working import recover, work_on

WAIT_SECONDS = 0.2
"""How long to wait for what a worker has in hand, before looking again."""
MAX_WAITS = 18_000
"""An hour without any progress."""


def run_to_its_end(
    *, selection: RunSelection, options: RunOptions, scope: Scope, actor: Actor, clock: Clock
) -> ReminderRun | None:
    """Remind the accounts of a selection and return the run at its end; None if there is no account.

    Workers may take a part of it; killed, they or the next command go on. Somebody may pause or stop it
    meanwhile: it is then returned as it stands.
    """
    if not accounts_of(scope, selection, paris_date(clock())).exists():
        return None
    run = create_run(selection=selection, options=options, scope=scope, actor=actor, now=clock())
    _wait(lambda: _prepare(run, clock))
    if not run.lines.filter(state=LineState.TO_REMIND).exists():
        stop_run(run=run, actor=actor, now=clock())
        return run
    launch_run(run=run, actor=actor, now=clock())
    _wait(lambda: _work(run, clock))
    run.refresh_from_db()
    return run


def _wait(step: Callable[[], bool | None]) -> None:
    """Repeat a step until it says True; after one that says None, wait a little: others are at work."""
    waits = 0
    while waits < MAX_WAITS:
        result = step()
        if result:
            return
        waits = waits + 1 if result is None else 0
        if result is None:
            time.sleep(WAIT_SECONDS)


def _prepare(run: ReminderRun, clock: Clock) -> bool | None:
    try:
        written = prepare(run_id=run.pk, clock=clock)
    except LeaseLostError:
        written = 0
    run.refresh_from_db()
    if run.state != RunState.PREPARING:
        return True
    return False if written else None


def _work(run: ReminderRun, clock: Clock) -> bool | None:
    recover(now=clock())
    if work_on(run, clock):
        return False
    if finish_run(run_id=run.pk, now=clock()):
        return True
    is_over = not ReminderRun.objects.filter(pk=run.pk, state=RunState.RUNNING).exists()
    return True if is_over else None
