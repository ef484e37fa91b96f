"""Launch, pause, resume, stop and retry a mass reminder; each is one compare-and-swap of its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.dunning.notices.actions import refuse_unfit_approver
from encours.dunning.notices.rights import Authority
from encours.dunning.notices.telling import tell_approvers
from encours.dunning.runs.counting import keep_counts
from encours.dunning.runs.models import LineState, ReminderRun, RunState
from encours.dunning.runs.options import RunOptions, templates_of
from encours.dunning.runs.pinning import refuse_changed, versions_of

STOPPED_REASON = "stopped"


@transaction.atomic
def launch_run(*, run: ReminderRun, actor: Actor, now: dt.datetime, seen: str | None = None) -> None:
    """Have the workers issue a proposal. The second of two launches changes nothing and is no error.

    Formal notices of an entity that asks for it wait for a second person first.

    ``seen`` is the stamp of the templates that she was shown: raise Refusal if they are no longer so.
    """
    options = RunOptions.from_json(run.options)
    templates = templates_of(options)
    if seen is not None and run.state == RunState.PROPOSAL:
        refuse_changed(templates, seen)
    Authority(actor).refuse_without_right(templates)
    waiting = run.lines.filter(state=LineState.TO_REMIND, is_ticked=True)
    if run.state == RunState.PROPOSAL and not waiting.exists():
        raise Refusal(_("Aucun compte n'est coché\u00a0: il n'y a rien à relancer."))
    must_wait = any(row.is_formal_notice for row in templates) and waiting.filter(
        account__entity__formal_notices_need_approval=True
    )
    is_launched = _move(
        run,
        (RunState.PROPOSAL,),
        RunState.AWAITING if must_wait else RunState.RUNNING,
        options=replace(options, versions=versions_of(templates)).to_json(),
        launched_at=now,
        launched_by_name=actor.name,
        launched_by_user_id=actor.user_id,
        launched_by_email=actor.email,
    )
    if is_launched:
        _record(run, "run.prepare_notices" if must_wait else "run.launch", actor, now)
        if must_wait:
            tell_approvers(
                waiting=f"masse-{run.pk}",
                path=reverse("dunning:run", args=[run.pk]),
                entities=run.entities.order_by("code"),
                author_name=actor.name,
                author_user_id=actor.user_id,
                now=now,
            )
    elif _state(run) not in (RunState.AWAITING, RunState.RUNNING, RunState.DONE):
        raise Refusal(_("Cette relance en masse ne peut plus être lancée."))


@transaction.atomic
def approve_run(*, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    """Agree to formal notices in mass that another has launched: the workers begin. Once, by one person."""
    refuse_unfit_approver(author_user_id=run.launched_by_user_id, actor=actor)
    approver = {"approved_by_name": actor.name, "approved_by_user_id": actor.user_id}
    if not _move(run, (RunState.AWAITING,), RunState.RUNNING, **approver):
        raise Refusal(_("Cette relance en masse n'attend plus d'être approuvée."))
    _record(run, "run.approve", actor, now)


@transaction.atomic
def refuse_run(*, run: ReminderRun, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Refuse formal notices in mass that another has launched, with a reason: nothing leaves."""
    refuse_unfit_approver(author_user_id=run.launched_by_user_id, actor=actor)
    if not reason.strip():
        raise Refusal(_("Indiquez pourquoi vous refusez."))
    refusal = {"refusal_reason": reason.strip()[:2000], "finished_at": now}
    if not _move(run, (RunState.AWAITING,), RunState.STOPPED, **refusal):
        raise Refusal(_("Cette relance en masse n'attend plus d'être approuvée."))
    _leave_the_rest(run)
    _record(run, "run.refuse", actor, now)


@transaction.atomic
def pause_run(*, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    """Have the workers stop after their present batch."""
    if _move(run, (RunState.RUNNING,), RunState.PAUSED):
        _record(run, "run.pause", actor, now)


@transaction.atomic
def resume_run(*, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    """Have the workers go on."""
    if _move(run, (RunState.PAUSED,), RunState.RUNNING):
        _record(run, "run.resume", actor, now)


@transaction.atomic
def stop_run(*, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    """End a mass reminder, or give a proposal up; what a worker has in hand is finished, the rest is left."""
    before = (
        *(RunState.PREPARING, RunState.PROPOSAL, RunState.AWAITING),
        *(RunState.RUNNING, RunState.PAUSED),
    )
    if not _move(run, before, RunState.STOPPED, finished_at=now):
        return
    _leave_the_rest(run)
    _record(run, "run.stop", actor, now)


@transaction.atomic
def retry_failed(*, run: ReminderRun, actor: Actor, now: dt.datetime) -> int:
    """Try again what failed in a run that is at its end or goes on; return how many there are."""
    failed = run.lines.filter(state=LineState.FAILED).update(
        state=LineState.TO_REMIND, error="", finished_at=None, is_ticked=True
    )
    if failed:
        _move(run, (RunState.DONE, RunState.STOPPED), RunState.RUNNING, finished_at=None)
        _record(run, "run.retry", actor, now)
    return failed


def _leave_the_rest(run: ReminderRun) -> None:
    rest = run.lines.filter(state=LineState.TO_REMIND, lease_owner="")
    rest.update(state=LineState.LEFT, reason=STOPPED_REASON)
    keep_counts(run.pk)


def _move(run: ReminderRun, before: Collection[RunState], after: RunState, **values: object) -> bool:
    """Change the state if it is one of those before; of two that try, one does."""
    rows = ReminderRun.objects.filter(pk=run.pk, state__in=before)
    has_moved = bool(rows.update(state=after, **values))
    if has_moved:
        run.refresh_from_db()
    return has_moved


def _state(run: ReminderRun) -> str:
    return ReminderRun.objects.values_list("state", flat=True).get(pk=run.pk)


def _record(run: ReminderRun, action: str, actor: Actor, now: dt.datetime) -> None:
    record(actor=actor, action=action, subject=f"relance en masse {run.pk}", now=now)
