"""Know which lines of the journal name the recipients of messages, and hide these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from encours.audit.erasing import erase_values
from encours.audit.models import AuditLine
from encours.audit.record import subject_of
from encours.delivery.models import BEFORE_RECIPIENT, OutboxMessage

_KEPT = frozenset({"state", "action", "result"})


def lines_naming_recipients(references: Collection[str]) -> QuerySet[AuditLine]:
    """Return what the journal says of the messages of some reminders that still name their recipients."""
    messages = OutboxMessage.objects.filter(reference__in=references)
    subjects = {subject_of(str(message)) for message in messages.only("reference", "recipient")}
    return AuditLine.objects.filter(subject__in=subjects, action__startswith="outbox.")


def hide_recipients(references: Collection[str], *, by: str, now: dt.datetime) -> int:
    """Hide the recipients in these lines, and what mail servers answered; return how many lines had any."""
    lines = lines_naming_recipients(references)
    return erase_values(lines, by=by, now=now, kept=_KEPT, hidden_after=BEFORE_RECIPIENT)
