"""What the import by hand keeps: the columns that the users named, by the header of a file."""

from __future__ import annotations

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
