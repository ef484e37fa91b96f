"""Read reminders, their files and their history, within a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from encours.access.scopes import Scope
from encours.archive.models import IssuedDocument
from encours.delivery.models import Attempt, MessageState, OutboxMessage
from encours.dunning.models import DeliveryState, Reminder, ReminderFile

MAX_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Envelope:
    """One recipient of an e-mail, what became of it, and every attempt."""

    message: OutboxMessage
    kind: str
    attempts: tuple[Attempt, ...]

    @property
    def label(self) -> str:
        """Return the state in the words of the interface."""
        return str(MessageState(self.message.state).label)

    @property
    def is_waiting(self) -> bool:
        """Tell whether it may still be taken out of the queue."""
        return self.message.state == MessageState.QUEUED

    @property
    def is_uncertain(self) -> bool:
        """Tell whether a person must say if it arrived."""
        return self.message.state == MessageState.UNCERTAIN

    @property
    def is_refused(self) -> bool:
        """Tell whether it may be sent again."""
        return self.message.state == MessageState.REFUSED


STATE_KINDS = {
    DeliveryState.PREPARING: "wait",
    DeliveryState.TO_PRINT: "info",
    DeliveryState.PRINTED: "ok",
    DeliveryState.QUEUED: "wait",
    DeliveryState.SENDING: "wait",
    DeliveryState.SENT: "ok",
    DeliveryState.PARTIALLY_REFUSED: "warn",
    DeliveryState.REFUSED: "bad",
    DeliveryState.UNCERTAIN: "warn",
    DeliveryState.CANCELLED: "mute",
}
"""How each state is drawn: see the template tag «state»."""

_ENVELOPE_KINDS = {
    MessageState.QUEUED: "wait",
    MessageState.CLAIMED: "wait",
    MessageState.TRANSMITTING: "wait",
    MessageState.SENT: "ok",
    MessageState.REFUSED: "bad",
    MessageState.UNCERTAIN: "warn",
    MessageState.CANCELLED: "mute",
}


def reminders_in(scope: Scope) -> QuerySet[Reminder]:
    """Return the reminders of a scope with their account, entity and customer."""
    return scope.narrow(Reminder.objects.select_related("entity", "account__customer"))


def files_of(reminder: Reminder) -> Sequence[ReminderFile]:
    """Return the stored files of a reminder, the letter or the message first."""
    return list(reminder.files.select_related("document").order_by("position"))


def envelopes_of(reminder: Reminder) -> list[Envelope]:
    """Return the envelopes of an e-mail with their attempts, in two queries."""
    messages = OutboxMessage.objects.filter(reference=reminder.reference).order_by("id")
    attempts: dict[int, list[Attempt]] = {}
    rows = Attempt.objects.filter(message__reference=reminder.reference).order_by("message_id", "number")
    for attempt in rows[:MAX_ATTEMPTS]:
        attempts.setdefault(attempt.message_id, []).append(attempt)
    return [
        Envelope(message, _ENVELOPE_KINDS[MessageState(message.state)], tuple(attempts.get(message.id, ())))
        for message in messages
    ]


def main_document(scope: Scope, reference: str) -> IssuedDocument | None:
    """Return the letter or the message of an issued reminder, or None where the scope has none."""
    rows = ReminderFile.objects.select_related("document").filter(reminder__reference=reference, position=0)
    file = scope.narrow(rows, "reminder__entity_id").first()
    return file.document if file else None
