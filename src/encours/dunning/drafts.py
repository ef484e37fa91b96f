"""Keep what a user is writing to an account on the server; it becomes one reminder, once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from encours.dunning.models import Reminder, ReminderDraft
from encours.parties.models import Account


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What step 1 chose, what step 2 holds as it was typed, and what the user was shown of the facts."""

    template_id: int | None = None
    invoice_ids: tuple[int, ...] = ()
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(draft: ReminderDraft) -> DraftContent:
        """Return the content of a draft."""
        return DraftContent.from_json(draft.content)

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> DraftContent:
        """Return what was kept."""
        return DraftContent(
            template_id=content.get("template_id"),
            invoice_ids=tuple(content.get("invoice_ids", ())),
            fields=content.get("fields", {}),
            seen=content.get("seen", {}),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {
            "template_id": self.template_id,
            "invoice_ids": list(self.invoice_ids),
            "fields": {name: list(values) for name, values in self.fields.items()},
            "seen": dict(self.seen),
        }


KEY_PREFIX = "draft:"


def key_of(draft: ReminderDraft) -> str:
    """Return the key that makes one reminder of a draft, however often it is sent."""
    return f"{KEY_PREFIX}{draft.token}"


@transaction.atomic
def open_draft(*, user_id: int, account: Account, now: dt.datetime) -> ReminderDraft:
    """Return the open draft of a user to an account; a new one if there is none or it was issued."""
    draft = ReminderDraft.objects.filter(user_id=user_id, account=account, reminder=None).first()
    if draft is not None and (reminder := issued_from(draft)) is not None:
        consume(draft=draft, reminder=reminder, now=now)
        draft = None
    if draft is not None:
        return draft
    fresh = ReminderDraft(user_id=user_id, account=account, token=secrets.token_urlsafe(24), updated_at=now)
    ReminderDraft.objects.bulk_create([fresh], ignore_conflicts=True)  # two tabs may open at once
    return ReminderDraft.objects.get(user_id=user_id, account=account, reminder=None)


def find_draft(*, user_id: int, account: Account, token: str) -> ReminderDraft | None:
    """Return the draft of a form that was sent, open or not."""
    drafts = ReminderDraft.objects.select_related("reminder")
    return drafts.filter(user_id=user_id, account=account, token=token).first()


def issued_from(draft: ReminderDraft) -> Reminder | None:
    """Return the reminder that a draft has become, or None."""
    return draft.reminder or Reminder.objects.filter(idempotency_key=key_of(draft)).first()


def save_draft(*, draft: ReminderDraft, content: DraftContent, now: dt.datetime) -> None:
    """Keep the content of a draft that is still open."""
    draft.content = content.to_json()
    ReminderDraft.objects.filter(id=draft.id, reminder=None).update(content=draft.content, updated_at=now)


def consume(*, draft: ReminderDraft, reminder: Reminder, now: dt.datetime) -> None:
    """Mark a draft as the reminder that it has become, by compare-and-swap."""
    ReminderDraft.objects.filter(id=draft.id, reminder=None).update(reminder=reminder, updated_at=now)
