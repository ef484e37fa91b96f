"""End a mass reminder, and tell who launched it how it went."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from encours.access.models import User
from encours.archive import store
from encours.core import french
from encours.delivery.actions import Recipient, enqueue
from encours.delivery.models import OutboxMessage
from encours.dunning.issuing.email import EmailDocument, compose
from encours.dunning.runs.counting import Counts, counts_of
from encours.dunning.runs.models import LineState, ReminderRun, RunState
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.wording import reason_of, reason_text
from encours.languages import counted, reader_language

REFERENCE = "masse-"
"""What the reference of a summary begins with; the number of the run follows, then that of the summary."""


@transaction.atomic
def finish_run(*, run_id: int, now: dt.datetime) -> bool:
    """End a run that has nothing left to do; of several workers that see it, one does so and tells."""
    run = ReminderRun.objects.select_for_update().filter(pk=run_id, state=RunState.RUNNING).first()
    if run is None or run.lines.filter(state=LineState.TO_REMIND, is_ticked=True).exists():
        return False
    run.state, run.finished_at = RunState.DONE, now
    counts = counts_of([run.pk])[run.pk]
    run.counts = asdict(counts)
    run.save(update_fields=["state", "finished_at", "counts"])
    if RunOptions.from_json(run.options).has_summary:
        _send_summary(run, counts, now)
    return True


def summary_text(run: ReminderRun, counts: Counts) -> str:
    """Return what the e-mail to who launched a run says, in the language of the moment."""
    lines = [
        _("La relance en masse n°\u00a0%s est terminée.") % run.pk,
        "",
        f"- {_issued(counts)}",
        f"- {counted(counts.left, _('compte laissé de côté'), _('comptes laissés de côté'))}",
        *(_named(reason_text(reason), number) for reason, number in left_by_reason(run)),
        f"- {counted(counts.excluded, _('compte écarté à la main'), _('comptes écartés à la main'))}",
        f"- {counted(counts.failed, _('échec'), _('échecs'))}",
    ]
    failed = run.lines.filter(state=LineState.FAILED).select_related("account__customer")[:20]
    lines += [_named(line.account.customer.name, _(line.error) if line.error else "—") for line in failed]
    changed = run.lines.filter(state=LineState.LEFT, finished_at__isnull=False)
    for line in changed.select_related("run", "account__customer").order_by("position")[:20]:
        name = _("laissé au dernier moment, %s") % line.account.customer.name
        lines.append(_named(name, reason_of(line)))
    if settings.BASE_URL:
        lines += ["", f"{settings.BASE_URL.rstrip('/')}/relances-en-masse/{run.pk}/"]
    return french.typeset("\n".join(lines), reader_language())


def _issued(counts: Counts) -> str:
    return counted(counts.issued, _("compte relancé"), _("comptes relancés"))


def _named(name: str, value: object) -> str:
    return "    " + _("%(field)s\u00a0: %(value)s") % {"field": name, "value": value}


def left_by_reason(run: ReminderRun) -> list[tuple[str, int]]:
    """Return how many accounts were left out for each reason, the most frequent first."""
    rows = run.lines.filter(state=LineState.LEFT).order_by().values_list("reason").annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _send_summary(run: ReminderRun, counts: Counts, now: dt.datetime) -> None:
    """Queue one message, if mail is set up and he has an address; a retry that ends tells again."""
    sender = run.entities.filter(~Q(sender_email="")).order_by("code").first()
    if not settings.EMAIL_URL or not run.launched_by_email or sender is None:
        return
    own = f"{REFERENCE}{run.pk}"
    languages = User.objects.filter(pk=run.launched_by_user_id or 0).values_list("language", flat=True)
    with translation.override(languages.first() or "fr"):
        message = _message(run, counts, sender.sender_email, now)
    content = compose(message, [])
    told = OutboxMessage.objects.filter(Q(reference=own) | Q(reference__startswith=f"{own}-")).count()
    enqueue(
        reference=f"{own}-{told + 1}" if told else own,
        sender=sender.sender_email,
        recipients=[Recipient(run.launched_by_email)],
        message_id=message.message_id,
        content_sha256=store.put(content),
        size=len(content),
        now=now,
    )


def _message(run: ReminderRun, counts: Counts, sender: str, now: dt.datetime) -> EmailDocument:
    """Return the summary in the language of the moment."""
    said = {"run": run.pk, "issued": _issued(counts)}
    return EmailDocument(
        sender_name="Encours",
        sender_address=sender,
        to=(run.launched_by_email,),
        subject=_("Relance en masse n°\u00a0%(run)s\u00a0: %(issued)s") % said,
        text=summary_text(run, counts),
        date=now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        message_id=f"<masse.{run.pk}.{int(now.timestamp())}@{sender.rpartition('@')[2]}>",
        language=reader_language(),
    )
