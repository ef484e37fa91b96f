"""A formal notice that waits for a second person: who prepared it, what it says, and what was decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from encours.parties.models import Account


class NoticeState(models.TextChoices):
    """Where a prepared formal notice stands; all but the first are ends."""

    WAITING = "waiting", gettext_lazy("à approuver")
    APPROVED = "approved", gettext_lazy("approuvée")
    REFUSED = "refused", gettext_lazy("refusée")
    WITHDRAWN = "withdrawn", gettext_lazy("retirée")


class FormalNotice(models.Model):
    """A formal notice as it was prepared. ``content`` is the draft that was sent, with what was seen then."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="formal_notices")
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING)
    content = models.JSONField()
    draft_token = models.CharField(max_length=64)
    author_name = models.CharField(max_length=150)
    author_user_id = models.BigIntegerField()
    author_email = models.CharField(max_length=254, blank=True)
    prepared_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_by_user_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    reminder = models.ForeignKey("dunning.Reminder", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_waiting_notice_per_account", fields=["account"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(name="notice_state_is_known", condition=Q(state__in=NoticeState.values)),
            models.CheckConstraint(
                name="notice_is_never_decided_by_its_author",
                condition=~Q(state__in=["approved", "refused"])
                | (Q(decided_by_user_id__isnull=False) & ~Q(decided_by_user_id=F("author_user_id"))),
            ),
        ]
        indexes = [
            models.Index(name="notice_by_state", fields=["state", "prepared_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
