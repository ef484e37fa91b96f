"""Change the lines of a proposal: tick, untick, and write to one account otherwise than to the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.money import sum_by_currency
from encours.dunning.issuing.freezing import Issue, editable_texts
from encours.dunning.issuing.plan import Plan, plan_by_template
from encours.dunning.runs.models import LineState, ReminderRun, RunLine, RunState
from encours.dunning.runs.options import RunOptions, templates_of
from encours.dunning.runs.planning import ids_of
from encours.dunning.runs.proposing import total_columns
from encours.dunning.runs.queries import LineFilter, matching_lines
from encours.dunning.situation import Situation, read_situations


@dataclass(frozen=True, slots=True)
class LineEdit:
    """What she wants said to one account; the texts are None where the template's are good."""

    mode: str
    invoice_ids: tuple[int, ...]
    recipients: tuple[str, ...] = ()
    subject: str | None = None
    message: str | None = None


@transaction.atomic
def tick_lines(*, run: ReminderRun, shown: Collection[int], ticked: Collection[int]) -> None:
    """Tick those of the lines shown that are ticked, untick the others; other runs' lines are not touched."""
    _lock_proposal(run)
    rows = run.lines.filter(state=LineState.TO_REMIND, pk__in=shown)
    rows.filter(pk__in=ticked, is_ticked=False).update(is_ticked=True)
    rows.exclude(pk__in=ticked).filter(is_ticked=True).update(is_ticked=False)


@transaction.atomic
def tick_all(*, run: ReminderRun, criteria: LineFilter, is_ticked: bool) -> int:
    """Tick or untick every line that a filter shows; return how many changed."""
    _lock_proposal(run)
    ids = matching_lines(run, criteria).filter(state=LineState.TO_REMIND).values("pk")
    return run.lines.filter(pk__in=ids).exclude(is_ticked=is_ticked).update(is_ticked=is_ticked)


@transaction.atomic
def edit_line(*, line: RunLine, edit: LineEdit, scope: Scope, actor: Actor, now: dt.datetime) -> None:
    """Keep what is to be said to one account. Raise Refusal where it could not be issued."""
    _lock_proposal(line.run)
    situation = situation_of(line, scope, now)
    options = RunOptions.from_json(line.run.options)
    if line.state != LineState.TO_REMIND or edit.mode not in options.modes:
        raise Refusal(_("Ce compte n'est pas à relancer dans cette proposition."))
    chosen = [row for row in situation.invoices if row.id in edit.invoice_ids]
    if not chosen or len(chosen) != len(set(edit.invoice_ids)):
        raise Refusal(_("Choisissez au moins une facture qui reste à payer."))
    if any(row.hold for row in chosen):
        raise Refusal(_("Une facture en litige ou suspendue ne peut pas être relancée\u00a0: ôtez-la."))
    facts = situation.facts((edit.mode,))
    if not (facts.has_email or edit.recipients if edit.mode == "email" else facts.has_postal_address):
        raise Refusal(_("Ce compte n'est pas joignable par ce mode\u00a0: complétez son adresse de relance."))
    totals = sum_by_currency(row.remaining for row in chosen)
    currency, total_minor, other_totals = total_columns({code: row.minor for code, row in totals.items()})
    has_own_text = edit.subject is not None or edit.message is not None
    run_line = RunLine.objects.filter(pk=line.pk)
    run_line.update(
        mode=edit.mode,
        invoice_ids=" ".join(str(row.id) for row in chosen),
        invoice_count=len(chosen),
        oldest_due_date=min(row.due_date for row in chosen),
        currency=currency,
        total_minor=total_minor,
        other_totals=other_totals,
        own_recipients="\n".join(edit.recipients) if edit.mode == "email" else "",
        has_own_text=has_own_text,
        subject=(edit.subject or "") if has_own_text else "",
        message=(edit.message or "") if has_own_text else "",
        is_edited=True,
    )
    record(
        actor=actor,
        action="run.edit_line",
        subject=f"relance en masse {line.run_id}, compte {line.account}",
        after={"invoices": [row.number for row in chosen], "mode": edit.mode, "own_text": has_own_text},
        now=now,
    )


def situation_of(line: RunLine, scope: Scope, now: dt.datetime) -> Situation:
    """Return the situation of the account of a line today."""
    return read_situations(scope, [line.account_id], paris_date(now))[line.account_id]


def issue_of(line: RunLine, situation: Situation, actor: Actor, now: dt.datetime, mode: str = "") -> Issue:
    """Return the reminder of a line as it would be issued now, without a number."""
    templates = templates_of(RunOptions.from_json(line.run.options))
    plan: Plan = plan_by_template(situation, mode or line.mode, ids_of(line), templates)
    return Issue(plan, situation, None, actor, now)


def texts_of(
    line: RunLine, situation: Situation, actor: Actor, now: dt.datetime, mode: str = ""
) -> tuple[str, str]:
    """Return the subject and the message as the template says them, for her to edit."""
    return editable_texts(issue_of(line, situation, actor, now, mode))


def _lock_proposal(run: ReminderRun) -> None:
    """Hold a proposal until the transaction ends; once it is launched, nothing in it changes."""
    held = ReminderRun.objects.select_for_update().filter(pk=run.pk, state=RunState.PROPOSAL)
    if not held.exists():
        raise Refusal(_("Cette relance en masse est déjà lancée\u00a0: la proposition ne change plus."))
