"""The sign of life that each worker gives."""

from __future__ import annotations

from django.db import models


class WorkerSign(models.Model):
    """One worker process: ``owner`` is the name under which it holds leases."""

    owner = models.CharField(max_length=100, primary_key=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.owner
