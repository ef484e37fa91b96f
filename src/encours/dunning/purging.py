"""Erase what reminders said, long after: their documents, their text, and to whom they went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from encours.archive.models import IssuedDocument
from encours.archive.purging import purge, purged_among
from encours.audit.record import record
from encours.core.actors import Actor
from encours.delivery.journal import hide_recipients
from encours.delivery.models import Attempt, DeliveryReport, OutboxMessage
from encours.dunning.models import Reminder, ReminderLine, ReminderState

ERASED = "effacé"
REMINDERS_AT_ONCE = 200


def purgeable(*, before: dt.datetime) -> QuerySet[Reminder]:
    """Return the reminders issued before a moment that still say something, all their invoices settled."""
    open_lines = ReminderLine.objects.filter(reminder=OuterRef("pk"), invoice__remaining_minor__gt=0)
    rows = Reminder.objects.exclude(state=ReminderState.RESERVED).exclude(frozen="")
    return rows.filter(issued_at__lt=before).exclude(Exists(open_lines)).order_by("id")


@transaction.atomic
def purge_reminders(*, reminders: Sequence[Reminder], reason: str, actor: Actor, now: dt.datetime) -> int:
    """Purge the documents of some reminders and erase their texts and addresses; return how many went.

    Their numbers, dates, amounts and links of the chain stay, and still verify. An enclosed file that another
    reminder shares stays as long as that one.
    """
    references = [row.reference for row in reminders]
    documents = list(IssuedDocument.objects.filter(reference__in=references).order_by("chain", "position"))
    purge(documents=documents, reason=reason, by=actor.name, now=now)
    first = {row.reference: row.sha256 for row in reversed(documents)}
    went = purged_among(first.values())
    gone = [reference for reference in references if first.get(reference) in went]
    hide_recipients(gone, by=actor.name, now=now)  # first: it finds the lines by them
    _erase(gone)
    if gone:
        record(
            actor=actor,
            action="reminder.purge",
            subject=f"{len(gone)} relances",
            after={"reason": reason, "references": gone},
            now=now,
        )
    return len(gone)


def _erase(references: Sequence[str]) -> None:
    Reminder.objects.filter(reference__in=references).update(subject=ERASED, message="", frozen="")
    messages = OutboxMessage.objects.filter(reference__in=references)
    Attempt.objects.filter(message__in=messages).update(reply="")
    DeliveryReport.objects.filter(message__in=messages).update(reason="")
    anonymous = Concat(Value(f"{ERASED}-"), Cast(F("pk"), CharField()))
    messages.update(recipient=anonymous, last_reply="")
