"""Read reminders, their files and their history, within a scope."""

from __future__ import annotations

from django.db.models import QuerySet

from encours.access.scopes import Scope
from encours.archive.models import IssuedDocument
from encours.dunning.models import Reminder, ReminderFile


def reminders_in(scope: Scope) -> QuerySet[Reminder]:
    """Return the reminders of a scope with their account, entity and customer."""
    return scope.narrow(Reminder.objects.select_related("entity", "account__customer"))


def main_document(scope: Scope, reference: str) -> IssuedDocument | None:
    """Return the letter or the message of an issued reminder, or None where the scope has none."""
    rows = ReminderFile.objects.select_related("document").filter(reminder__reference=reference, position=0)
    file = scope.narrow(rows, "reminder__entity_id").first()
    return file.document if file else None
