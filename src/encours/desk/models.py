"""Filters of the account list that a user saved under a name, and how long personal data is kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from encours.access.models import User


class SavedFilter(models.Model):
    """A query string of the list with a name; one per user may be the default."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=80)
    query = models.TextField()
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_saved_filter_per_user_and_name", fields=["user", "name"]),
            models.UniqueConstraint(
                name="one_default_filter_per_user", fields=["user"], condition=Q(is_default=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RetentionPeriod(models.Model):
    """For how many months one kind of data is kept (desk.privacy.retention); without a row, its default."""

    kind = models.CharField(max_length=20, primary_key=True)
    months = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="retention_is_a_year_at_least", condition=Q(months__gte=12)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.months}"
