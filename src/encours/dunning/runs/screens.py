"""Put together what the screens of a mass reminder show, as primitives and small rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.core import french
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.money import Money
from encours.dunning.issuing.freezing import Issue
from encours.dunning.models import Mode
from encours.dunning.runs import printing, queries
from encours.dunning.runs.counting import Counts
from encours.dunning.runs.editing import issue_of
from encours.dunning.runs.forms import template_choices
from encours.dunning.runs.models import ReminderRun, RunLine, RunState
from encours.dunning.runs.options import RunOptions, templates_of
from encours.dunning.runs.pinning import stamp_of
from encours.dunning.runs.planning import with_edits
from encours.dunning.runs.wording import REASONS, RUN_KINDS
from encours.dunning.situation import Situation
from encours.languages import counted, reader_language, with_symbol

POLL_SECONDS = 2


@dataclass(frozen=True, slots=True)
class RunRow:
    """A mass reminder as the list shows it."""

    run: ReminderRun
    kind: str
    what: str
    counts: Counts


def run_rows(runs: list[ReminderRun]) -> list[RunRow]:
    """Return the rows of the list of runs."""
    counts = queries.current_counts(runs)
    return [RunRow(run, RUN_KINDS[RunState(run.state)], what_of(run), counts[run.pk]) for run in runs]


def what_of(run: ReminderRun) -> str:
    """Return what a run was asked to do, in one line."""
    options = RunOptions.from_json(run.options)
    parts = [_("modèle %s") % _(" puis ").join(code for _mode, code in options.templates)]
    late = options.min_days_late
    if late > 1:
        parts.append(_("au moins %s jours de retard") % late)
    parts += [
        _("au moins %s") % with_symbol(Money(minor, code))
        for code, minor in sorted(options.minimum_minor.items())
    ]
    if days := options.not_reminded_days:
        unit = french.plural(days, _("jour"), _("jours"), reader_language())
        parts.append(_("non relancées depuis %(days)s %(unit)s") % {"days": days, "unit": unit})
    if options.includes_not_due:
        parts.append(_("avec les factures non échues"))
    if options.has_copy:
        parts.append(_("avec copie à l'auteur"))
    return ", ".join(parts)


def source_of(run: ReminderRun) -> str:
    """Return where the accounts of a run come from."""
    count = counted(run.account_count, _("compte"), _("comptes"))
    if "query" in run.selection:
        return _("%s du filtre de la liste") % count
    return _("%s de la sélection") % count


def run_context(run: ReminderRun, now: dt.datetime) -> dict[str, Any]:
    """Return all that the page of a run shows beside its lines."""
    progress = queries.progress_of(run, now)
    letters = printing.letter_count(run) if progress.counts.issued else 0
    is_proposal = run.state == RunState.PROPOSAL
    return {
        "run": run,
        "kind": RUN_KINDS[RunState(run.state)],
        "what": what_of(run),
        "source": source_of(run),
        "progress": progress,
        "time_left": duration(progress.seconds_left),
        "counts": progress.counts,
        "is_proposal": is_proposal,
        "is_moving": run.state in (RunState.PREPARING, RunState.RUNNING),
        "is_launched": run.launched_at is not None and run.state != RunState.AWAITING,
        "is_awaiting": run.state == RunState.AWAITING,
        "can_stop": run.state not in (RunState.STOPPED, RunState.DONE),
        "totals": queries.proposed_totals(run) if is_proposal else [],
        "stale": stale_payments(run, paris_date(now)) if is_proposal else [],
        "letter_count": letters,
        "letter_parts": printing.parts(letters),
        "reasons": REASONS.items(),
        "modes": Mode.choices,
        "sizes": queries.SIZES,
        "poll_seconds": POLL_SECONDS,
        **(_templates_shown(run) if is_proposal else {}),
    }


def _templates_shown(run: ReminderRun) -> dict[str, str]:
    """Return the stamp of the templates as they are now, or why one is lost."""
    try:
        return {"templates_seen": stamp_of(templates_of(RunOptions.from_json(run.options)))}
    except Refusal as refusal:
        return {"templates_seen": "", "lost_template": refusal.message}


def stale_payments(run: ReminderRun, today: dt.date) -> list[str]:
    """Return a sentence per entity whose newest payment is old: its customers may have paid meanwhile."""
    sentences = []
    for code, written in sorted(run.newest_payments.items()):
        newest = dt.date.fromisoformat(written) if written else None
        if newest is None:
            sentences.append(_("%s\u00a0: aucun règlement n'est enregistré.") % code)
        elif (today - newest).days > settings.PAYMENTS_OLD_AFTER_DAYS:
            sentences.append(
                _("%(code)s\u00a0: le dernier règlement enregistré est du %(day)s.")
                % {"code": code, "day": french.date(newest)}
            )
    return sentences


def duration(seconds: int | None) -> str:
    """Return a duration as one reads it: «moins d'une minute», «12 minutes», «1 h 20»."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("moins d'une minute")
    if minutes < 60:
        return counted(minutes, _("minute"), _("minutes"))
    return f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02}"


def line_issue(line: RunLine, situation: Situation, actor: Actor, now: dt.datetime) -> Issue:
    """Return the reminder of a line as it would leave now, to be previewed."""
    issue = issue_of(line, situation, actor, now)
    options = RunOptions.from_json(line.run.options)
    return replace(issue, plan=with_edits(issue.plan, line, options, copy_to=actor.email))


def first_options(scope: Scope) -> dict[str, Any]:
    """Return what the options propose: the mildest e-mail, then the mildest letter."""
    emails, letters = template_choices(scope, Mode.EMAIL), template_choices(scope, Mode.LETTER)
    return {"email": emails[0][0] if emails else "", "lettre": letters[0][0] if letters else ""}


def amounts_text(amounts: Sequence[Money]) -> str:
    """Return amounts side by side, one per currency."""
    return " + ".join(map(with_symbol, amounts))
