"""Propose a mass reminder: one line per account of the selection, written in chunks so that nobody waits."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from encours import bulk
from encours.access.scopes import Scope
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.selection import Left
from encours.delivery import leases
from encours.dunning.issuing.run import Clock
from encours.dunning.runs.models import ReminderRun, RunLine, RunState
from encours.dunning.runs.options import RunOptions, templates_of
from encours.dunning.runs.selections import RunSelection, accounts_of, ordered_ids
from encours.dunning.selecting import Decided, decide_these
from encours.receivables.models import Payment

CHUNK = 1_000
LEASE = dt.timedelta(minutes=2)

_NAMES = (
    *("run_id", "account_id", "position", "state", "reason", "reason_date", "mode", "invoice_ids"),
    *("invoice_count", "oldest_due_date", "currency", "total_minor", "other_totals", "has_credit"),
)


class LeaseLostError(Exception):
    """Another process prepares the run now, or somebody abandoned it."""


@transaction.atomic
def create_run(
    *, selection: RunSelection, options: RunOptions, scope: Scope, actor: Actor, now: dt.datetime
) -> ReminderRun:
    """Create a mass reminder that is to be prepared; raise Refusal for an empty or unknown selection."""
    if not options.templates:
        raise Refusal(_("Choisissez au moins un modèle de message."))
    templates_of(options)
    today = paris_date(now)
    rows = accounts_of(scope, selection, today)
    entity_ids = sorted(rows.order_by("entity_id").values_list("entity_id", flat=True).distinct())
    if not entity_ids:
        raise Refusal(_("Aucun compte n'est choisi\u00a0: cochez des comptes, ou élargissez le filtre."))
    run = ReminderRun.objects.create(
        selection=selection.to_json(),
        options=options.to_json(),
        author_name=actor.name,
        author_user_id=actor.user_id,
        created_at=now,
        account_count=rows.count(),
    )
    run.entities.set(entity_ids)
    record(
        actor=actor,
        action="run.propose",
        subject=f"relance en masse {run.pk}",
        after={"options": options.to_json(), "accounts": run.account_count},
        now=now,
    )
    return run


def scope_of_run(run: ReminderRun) -> Scope:
    """Return the entities that a mass reminder was made for: it never reaches another one."""
    return Scope(frozenset(run.entities.values_list("id", flat=True)))


def prepare(*, run_id: int, clock: Clock, until: dt.datetime | None = None) -> int:
    """Write the lines that are missing, until a moment if one is given; return how many were written.

    Of several processes one prepares; the next takes up what a dead one left.
    """
    if not _lease(run_id, clock()):
        return 0
    run = ReminderRun.objects.get(pk=run_id)
    scope, options = scope_of_run(run), RunOptions.from_json(run.options)
    done = set(run.lines.values_list("account_id", flat=True))
    today = paris_date(clock())
    ids = ordered_ids(scope, RunSelection.from_json(run.selection), today)
    missing = [account_id for account_id in ids if account_id not in done]
    written = 0
    for at in range(0, len(missing), CHUNK):
        if until is not None and clock() >= until:
            break
        decided = list(decide_these(scope, options.policy(), missing[at : at + CHUNK], today=today))
        _write(run, decided, len(done) + written, clock())
        written += len(decided)
    else:
        _finish(run, clock())
    ReminderRun.objects.filter(pk=run_id, lease_owner=leases.this_process()).update(lease_owner="")
    return written


def _lease(run_id: int, now: dt.datetime) -> bool:
    """Take the preparation by compare-and-swap: of two that try, one gets it."""
    row = ReminderRun.objects.filter(pk=run_id, state=RunState.PREPARING).first()
    if row is None:
        return False
    is_free = (
        not row.lease_owner
        or row.lease_expires_at is None
        or row.lease_expires_at <= now
        or leases.is_dead(row.lease_owner)
    )
    held = ReminderRun.objects.filter(
        pk=run_id,
        state=RunState.PREPARING,
        lease_owner=row.lease_owner,
        lease_expires_at=row.lease_expires_at,
    )
    return is_free and bool(held.update(lease_owner=leases.this_process(), lease_expires_at=now + LEASE))


@transaction.atomic
def _write(run: ReminderRun, decided: Sequence[Decided], offset: int, now: dt.datetime) -> None:
    """Insert lines under the lease: a process that lost it writes nothing."""
    held = ReminderRun.objects.filter(
        Q(lease_owner=leases.this_process()), pk=run.pk, state=RunState.PREPARING
    )
    if not held.update(lease_expires_at=now + LEASE):
        raise LeaseLostError(run.pk)
    bulk.insert_rows(RunLine, _NAMES, _rows(run.pk, decided, offset))


def _finish(run: ReminderRun, now: dt.datetime) -> None:
    count, newest = run.lines.count(), newest_payments(run, paris_date(now))
    ReminderRun.objects.filter(pk=run.pk, state=RunState.PREPARING).update(
        state=RunState.PROPOSAL, prepared_at=now, account_count=count, newest_payments=newest
    )


def newest_payments(run: ReminderRun, today: dt.date) -> dict[str, str]:
    """Return the date of the newest payment of each entity by its code; empty where there is none."""
    rows = Payment.objects.filter(account__entity__in=run.entities.all(), date__lte=today, cancelled_on=None)
    newest = dict(rows.order_by().values_list("account__entity__code").annotate(last=Max("date")))
    codes = run.entities.values_list("code", flat=True)
    return {code: newest[code].isoformat() if code in newest else "" for code in codes}


def _rows(run_id: int, decided: Sequence[Decided], offset: int) -> Iterator[tuple[Any, ...]]:
    for at, one in enumerate(decided, offset + 1):
        head, decision = (run_id, one.account.id, at), one.decision
        if isinstance(decision, Left):
            yield (*head, "left", str(decision.because), decision.on, "", "", 0, None, "", 0, "", False)
        else:
            ids = decision.invoice_ids
            yield (
                *(*head, "to_remind", "", None, decision.mode, " ".join(map(str, ids)), len(ids)),
                min(item.due_date for item in decision.items),
                *total_columns({code: total.minor for code, total in decision.totals.items()}),
                decision.has_unused_credit,
            )


def total_columns(totals: dict[str, int]) -> tuple[str, int, str]:
    """Return currency, total and the JSON of the totals in other currencies, empty where there is none."""
    (currency, minor), *others = totals.items()
    return currency, minor, json.dumps(dict(others)) if others else ""
