"""Make and run mass reminders in a test, on the fixed day of tests.build."""

from __future__ import annotations

import datetime as dt

from encours.access.scopes import EVERYTHING, Scope
from encours.core.actors import Actor
from encours.dunning.runs.actions import launch_run
from encours.dunning.runs.models import ReminderRun
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.proposing import create_run, prepare
from encours.dunning.runs.selections import RunSelection
from encours.dunning.runs.working import work_until_done
from encours.parties.models import Account
from tests.build import ACTOR, NOW
from tests.dunning.issuing import template

LETTER_ONLY = RunOptions(templates=(("letter", "L1"),))
EMAIL_THEN_LETTER = RunOptions(templates=(("email", "E1"), ("letter", "L1")))


def proposal(
    *accounts: Account,
    options: RunOptions = EMAIL_THEN_LETTER,
    scope: Scope = EVERYTHING,
    actor: Actor = ACTOR,
    now: dt.datetime = NOW,
) -> ReminderRun:
    """Return a prepared proposal for these accounts, or for all of them."""
    for _mode, code in options.templates:
        template(code)
        template(code, "en")
    selection = RunSelection(account_ids=tuple(account.id for account in accounts))
    run = create_run(selection=selection, options=options, scope=scope, actor=actor, now=now)
    prepare(run_id=run.pk, clock=lambda: now)
    run.refresh_from_db()
    return run


def launch(run: ReminderRun, *, actor: Actor = ACTOR, now: dt.datetime = NOW) -> None:
    """Launch a proposal and work until nothing is left."""
    launch_run(run=run, actor=actor, now=now)
    work_until_done(lambda: now)
    run.refresh_from_db()


def results(run: ReminderRun) -> dict[str, str]:
    """Return what became of each account by its customer's code: a state, or the reason it was left."""
    lines = run.lines.select_related("account__customer").order_by("position")
    return {line.account.customer.code: line.reason or line.state for line in lines}
