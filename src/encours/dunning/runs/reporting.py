"""End a mass reminder, and tell who launched it how it went."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from encours.archive import store
from encours.core import french
from encours.delivery.actions import Recipient, enqueue
from encours.delivery.models import OutboxMessage
from encours.dunning.issuing.email import EmailDocument, compose
from encours.dunning.runs.counting import Counts, counts_of
from encours.dunning.runs.models import LineState, ReminderRun, RunState
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.wording import reason_of, reason_text

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
    """Return what the e-mail to who launched a run says."""
    lines = [
        f"La relance en masse n° {run.pk} est terminée.",
        "",
        f"- {french.counted(counts.issued, 'compte relancé', 'comptes relancés')}",
        f"- {french.counted(counts.left, 'compte laissé de côté', 'comptes laissés de côté')}",
        *(f"    {reason_text(reason)} : {number}" for reason, number in left_by_reason(run)),
        f"- {french.counted(counts.excluded, 'compte écarté à la main', 'comptes écartés à la main')}",
        f"- {french.counted(counts.failed, 'échec', 'échecs')}",
    ]
    failed = run.lines.filter(state=LineState.FAILED).select_related("account__customer")[:20]
    lines += [f"    {line.account.customer.name} : {line.error}" for line in failed]
    changed = run.lines.filter(state=LineState.LEFT, finished_at__isnull=False)
    for line in changed.select_related("run", "account__customer").order_by("position")[:20]:
        lines.append(f"    laissé au dernier moment, {line.account.customer.name} : {reason_of(line)}")
    if settings.BASE_URL:
        lines += ["", f"{settings.BASE_URL.rstrip('/')}/relances-en-masse/{run.pk}/"]
    return french.typeset("\n".join(lines))


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
    domain = sender.sender_email.rpartition("@")[2]
    message = EmailDocument(
        sender_name="Encours",
        sender_address=sender.sender_email,
        to=(run.launched_by_email,),
        subject=f"Relance en masse n°\u00a0{run.pk}\u00a0: "
        + french.counted(counts.issued, "compte relancé", "comptes relancés"),
        text=summary_text(run, counts),
        date=now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        message_id=f"<masse.{run.pk}.{int(now.timestamp())}@{domain}>",
    )
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
