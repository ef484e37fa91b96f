"""Read the outbox: what became of a reference, what is due, what waits for a person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from encours.delivery.mailbox import read_imap_url
from encours.delivery.models import MessageState, OutboxMessage, OutboxSwitch, ReportMailbox


@dataclass(frozen=True, slots=True)
class EnvelopeState:
    """Where the envelope of one recipient stands, with the server's last words."""

    message_id: int
    recipient: str
    is_copy: bool
    state: MessageState
    attempts: int
    last_reply: str
    changed_at: dt.datetime


def states_of(reference: str) -> list[EnvelopeState]:
    """Return the envelopes of a reference in the order in which they were queued."""
    return list(states_of_many([reference])[reference])


def states_of_many(references: Iterable[str]) -> Mapping[str, Sequence[EnvelopeState]]:
    """Return the envelopes of many references in one query; an unknown reference has none."""
    found: dict[str, list[EnvelopeState]] = defaultdict(list)
    rows = OutboxMessage.objects.filter(reference__in=list(references)).order_by("pk")
    for row in rows:
        found[row.reference].append(
            EnvelopeState(
                message_id=row.pk,
                recipient=row.recipient,
                is_copy=row.is_copy,
                state=MessageState(row.state),
                attempts=row.attempt_count,
                last_reply=row.last_reply,
                changed_at=row.changed_at,
            )
        )
    return found


def outbox_switch() -> OutboxSwitch | None:
    """Return the switch of the outbox: paused or not, why, since when and by whom; None: never used."""
    return OutboxSwitch.objects.first()


def report_mailboxes() -> list[ReportMailbox]:
    """Return the mailboxes that are read for reports, each with when it was and what went wrong."""
    names = [read_imap_url(url).name for url in settings.BOUNCE_IMAP_URL.split()]
    return list(ReportMailbox.objects.filter(pk__in=names).order_by("pk")) if names else []


def pause_reason() -> str | None:
    """Return why the outbox is paused, or None while it is open."""
    return OutboxSwitch.objects.filter(is_paused=True).values_list("reason", flat=True).first()


def next_due_at() -> dt.datetime | None:
    """Return when the next waiting message is due, or None if none waits."""
    return (
        OutboxMessage.objects.filter(state=MessageState.QUEUED)
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True)
        .first()
    )
