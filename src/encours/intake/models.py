"""What the import by hand keeps: the columns that the users named, and the imports that are under way."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from encours.parties.models import BillingEntity


class KnownHeader(models.Model):
    """What the names of one header were said to be, in files of one kind of one entity (or of all: none).

    ``header`` is the SHA-256 of its names; ``columns`` has the column of each name, empty where ignored.
    """

    entity = models.ForeignKey(
        BillingEntity, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)
    header = models.CharField(max_length=64)
    columns = models.JSONField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_known_header_per_entity",
                fields=["entity", "kind", "header"],
                condition=Q(entity__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_known_header_of_all", fields=["kind", "header"], condition=Q(entity__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.header[:8]}"


class JobState(models.TextChoices):
    """How far an import in the background is."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


class ImportJob(models.Model):
    """One import in the background: what was checked, for whom, how far it is, and what came of it.

    ``content`` (the bytes) and ``said`` (columns and corrections) are emptied when it ends. ``token`` stands
    for both, so that a second press finds the first. ``problems`` has the first sentences of a refusal.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    actor = models.JSONField()
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    token = models.CharField(max_length=160)
    content = models.BinaryField()
    said = models.JSONField()
    line_count = models.IntegerField()
    read_count = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.OPEN)
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    problems = models.JSONField(default=list)
    attempts = models.IntegerField(default=0)
    lease_owner = models.CharField(max_length=100, default="", blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_import_per_token", fields=["user", "token"], condition=Q(state="open")
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.state}"

    @property
    def percent(self) -> int:
        """How much of it is read."""
        return min(100, self.read_count * 100 // max(self.line_count, 1))
