"""Issue launched mass reminders a batch at a time: several processes at once, and any of them may die."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.db.models import Q

from encours import bulk
from encours.access.models import User
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.core.selection import Left, Reason
from encours.core.sentences import marked
from encours.delivery import jobs, leases
from encours.dunning.issuing.reserve import Request, Reserved
from encours.dunning.issuing.run import AT_ONCE, CHUNK, Begun, Clock, begin, complete
from encours.dunning.models import Reminder, ReminderState
from encours.dunning.runs.actions import STOPPED_REASON
from encours.dunning.runs.models import LineState, ReminderRun, RunLine, RunState
from encours.dunning.runs.options import RunOptions, templates_of
from encours.dunning.runs.planning import LinePlanner
from encours.dunning.runs.proposing import LeaseLostError, prepare, scope_of_run
from encours.dunning.runs.reporting import finish_run

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=2)
PREPARING_SECONDS = 5
ISSUING_SECONDS = 5
"""How long one piece of work goes on taking batches; the last ones are finished after that."""
ALONE_SECONDS = 20
"""The same while no proposal waits to be prepared: between two pieces nothing is drawn."""
MAX_BATCHES = 200
"""How many batches one piece of work takes at most."""
_RESULT_COLUMNS = (
    *("state", "reason", "reason_date", "reminder_id", "error", "finished_at"),
    *("lease_owner", "lease_expires_at"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one line."""

    line: RunLine
    state: LineState
    reason: str = ""
    reason_date: dt.date | None = None
    reminder_id: int | None = None
    error: str = ""


def work(clock: Clock) -> int:
    """Do one piece of work of mass reminders, a few seconds at most; return 0 when there is none."""
    preparing = ReminderRun.objects.filter(state=RunState.PREPARING).order_by("pk")
    for run_id in preparing.values_list("pk", flat=True)[:20]:
        until = clock() + dt.timedelta(seconds=PREPARING_SECONDS)
        try:
            if written := prepare(run_id=run_id, clock=clock, until=until):
                return written
        except LeaseLostError:
            continue
    return _issue_for_a_while(clock)


def work_until_done(clock: Clock, *, at_most: int = 100_000) -> int:
    """Work until there is nothing left to do; return how many accounts were done."""
    total = 0
    for _ in range(at_most):
        done = work(clock)
        total += done
        if not done:
            break
    return total


def _issue_for_a_while(clock: Clock) -> int:
    recover(now=clock())
    runs = ReminderRun.objects.filter(state=RunState.RUNNING).order_by("launched_at", "pk")
    for run in runs[:20]:
        if done := work_on(run, clock):
            return done
        finish_run(run_id=run.pk, now=clock())
    return 0


def work_on(run: ReminderRun, clock: Clock) -> int:
    """Issue batches of a run for a few seconds; while one is drawn the next is reserved, the last one stored.

    What the database interrupts is given back.
    """
    begun_at = clock()
    batches: deque[Batch] = deque()
    lines: list[RunLine] = []
    done = taken = 0
    try:
        while True:
            goes_on = taken < MAX_BATCHES and _goes_on(clock() - begun_at)
            lines = claim(run=run, now=clock()) if goes_on else []
            if lines:
                batches.append(_begin(run, lines, clock))
                taken += 1
            if not batches:
                return done
            if not lines or len(batches) == AT_ONCE:
                done += _settle(run, batches[0], clock)
                batches.popleft()
    except DatabaseError:
        _give_back([*lines, *(line for batch in batches for line in batch.lines)])
        raise


def _goes_on(elapsed: dt.timedelta) -> bool:
    """Tell whether a piece of work that lasts so long may take another batch."""
    if jobs.are_stopping() or elapsed >= dt.timedelta(seconds=ALONE_SECONDS):
        return False
    if elapsed < dt.timedelta(seconds=ISSUING_SECONDS):
        return True
    return not ReminderRun.objects.filter(state=RunState.PREPARING).exists()


@transaction.atomic
def claim(*, run: ReminderRun, now: dt.datetime) -> list[RunLine]:
    """Take the next batch of a run under lease, in the order of the list; nothing while it is paused."""
    if not ReminderRun.objects.filter(pk=run.pk, state=RunState.RUNNING).exists():
        return []
    rows = run.lines.select_for_update(skip_locked=True, of=("self",)).filter(
        state=LineState.TO_REMIND, is_ticked=True, lease_owner=""
    )
    lines = list(rows.order_by("position")[:CHUNK])
    RunLine.objects.filter(pk__in=[line.pk for line in lines]).update(
        lease_owner=leases.this_process(), lease_expires_at=now + LEASE
    )
    return lines


@transaction.atomic
def recover(*, now: dt.datetime) -> int:
    """Give back the lines whose process died: those that have their reminder get it at their next turn."""
    leased = RunLine.objects.exclude(lease_owner="").order_by()
    owners = set(leased.values_list("lease_owner", flat=True).distinct())
    dead = [owner for owner in owners if leases.is_dead(owner)]
    lost = leased.filter(Q(lease_owner__in=dead) | Q(lease_expires_at__lte=now))
    ids = list(lost.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:1_000])
    stopped = RunLine.objects.filter(pk__in=ids, run__state=RunState.STOPPED, state=LineState.TO_REMIND)
    for line in stopped.select_related("run"):
        reminder = Reminder.objects.filter(idempotency_key=key_of(line)).first()
        if reminder is None:
            RunLine.objects.filter(pk=line.pk).update(state=LineState.LEFT, reason=STOPPED_REASON)
        else:
            RunLine.objects.filter(pk=line.pk).update(
                state=LineState.ISSUED, reminder=reminder, finished_at=now
            )
    RunLine.objects.filter(pk__in=ids).update(lease_owner="", lease_expires_at=None)
    drawn_since = RunLine.objects.filter(state=LineState.FAILED, reminder__state=ReminderState.ISSUED)
    drawn_since.update(state=LineState.ISSUED, error="")
    return len(ids)


def key_of(line: RunLine) -> str:
    """Return what makes two tries of a line one reminder."""
    return f"run:{line.run_id}:{line.account_id}"


def actor_of_run(run: ReminderRun) -> Actor:
    """Return who launched the run, as the author of its reminders."""
    return Actor(name=run.launched_by_name, user_id=run.launched_by_user_id, email=run.launched_by_email)


def approver_of_run(run: ReminderRun) -> Actor | None:
    """Return who agreed to the formal notices of a run; None where nobody had to."""
    if run.approved_by_user_id is None:
        return None
    return Actor(name=run.approved_by_name, user_id=run.approved_by_user_id)


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines under our lease and what was begun of them; nothing where they cannot be reserved together."""

    lines: list[RunLine]
    begun: Begun | None


def _begin(run: ReminderRun, lines: list[RunLine], clock: Clock) -> Batch:
    try:
        _refuse_inactive_author(run)
        begun = begin(
            requests=_requests(run, lines), scope=scope_of_run(run), actor=actor_of_run(run), clock=clock
        )
    except DatabaseError:
        raise
    except Exception:
        return Batch(lines, None)  # each alone will tell which of them it was, and why
    return Batch(lines, begun)


def _settle(run: ReminderRun, batch: Batch, clock: Clock) -> int:
    """Store a batch and write its results; where one of them cannot be stored, each alone."""
    results: list[Result] | None = None
    if batch.begun is not None:
        try:
            complete(batch.begun, clock)
            results = _results(batch.lines, batch.begun.reserved)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("run %s: a batch could not be stored together", run.pk)
    if results is None:
        results = [_issue_alone(run, line, clock) for line in batch.lines]
    write_results(results, now=clock())
    return len(batch.lines)


def _issue_alone(run: ReminderRun, line: RunLine, clock: Clock) -> Result:
    """Issue one line by itself, so that it spoils no other."""
    try:
        _refuse_inactive_author(run)
        begun = begin(
            requests=_requests(run, [line]), scope=scope_of_run(run), actor=actor_of_run(run), clock=clock
        )
        complete(begun, clock)
        return _results([line], begun.reserved)[0]
    except DatabaseError:
        raise
    except Exception as error:
        if not isinstance(error, Refusal):
            logger.exception("run %s, account %s", run.pk, line.account_id)
        text = str(error) or type(error).__name__
        return Result(line, LineState.FAILED, error=text[:2000])


class _AuthorIsInactive(Refusal):
    """Who launched the run may not remind any more."""


def _refuse_inactive_author(run: ReminderRun) -> None:
    user_id = run.launched_by_user_id
    if user_id is not None and not User.objects.filter(pk=user_id, is_active=True).exists():
        raise _AuthorIsInactive(f"{run.launched_by_name} n'est plus un utilisateur actif.")


def _requests(run: ReminderRun, lines: Sequence[RunLine]) -> dict[int, Request]:
    options, actor = RunOptions.from_json(run.options), actor_of_run(run)
    templates, since, approver = templates_of(options), run.created_at, approver_of_run(run)
    return {
        line.account_id: Request(LinePlanner(line, options, templates, since, actor, approver), key_of(line))
        for line in lines
    }


def _results(lines: Sequence[RunLine], outcome: Reserved) -> list[Result]:
    reminders = {row.account_id: row for row in outcome.reminders}
    left = {one.account_id: one for one in outcome.left}
    errors = _drawing_errors(outcome.reminders)
    return [_result(line, reminders.get(line.account_id), left, errors) for line in lines]


def _result(
    line: RunLine, reminder: Reminder | None, left: dict[int, Left], errors: dict[int, str]
) -> Result:
    if reminder is None:
        one = left.get(line.account_id, Left(line.account_id, Reason.CHANGED))
        return Result(line, LineState.LEFT, reason=str(one.because), reason_date=one.on)
    if reminder.pk in errors:
        return Result(line, LineState.FAILED, reminder_id=reminder.pk, error=errors[reminder.pk])
    return Result(line, LineState.ISSUED, reminder_id=reminder.pk)


def _drawing_errors(reminders: Sequence[Reminder]) -> dict[int, str]:
    """Return why reminders that are numbered could not be drawn, by their id."""
    waiting = [row.pk for row in reminders if row.state == ReminderState.RESERVED]
    rows = Reminder.objects.filter(pk__in=waiting, state=ReminderState.RESERVED)
    return {row.pk: row.last_error or marked("document en préparation") for row in rows}


@transaction.atomic
def write_results(results: Sequence[Result], *, now: dt.datetime) -> None:
    """Write what became of a batch, of the lines that are still ours."""
    held = RunLine.objects.select_for_update(of=("self",)).filter(
        pk__in=[result.line.pk for result in results],
        state=LineState.TO_REMIND,
        lease_owner=leases.this_process(),
    )
    ours = set(held.values_list("pk", flat=True))
    bulk.update_rows(
        RunLine,
        _RESULT_COLUMNS,
        [
            (
                *(one.line.pk, one.state.value, one.reason, one.reason_date, one.reminder_id, one.error, now),
                *("", None),
            )
            for one in results
            if one.line.pk in ours
        ],
    )


def _give_back(lines: Sequence[RunLine]) -> None:
    try:
        RunLine.objects.filter(pk__in=[line.pk for line in lines], lease_owner=leases.this_process()).update(
            lease_owner="", lease_expires_at=None
        )
    except DatabaseError:
        logger.warning("the leases of a batch run out by themselves: the database does not answer")
