"""One line per action: who, when, from where, what, before and after; never changed."""

from __future__ import annotations

from django.db import models


class AuditLine(models.Model):
    """What one action did. ``before`` and ``after`` hold primitives only, never a secret."""

    at = models.DateTimeField()
    actor_name = models.CharField(max_length=150)
    actor_user_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64)
    entity_code = models.CharField(max_length=32, blank=True)
    subject = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(name="audit_by_time", fields=["at"]),
            models.Index(name="audit_by_subject", fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject}"
