"""One line per action: who, when, from where, what, before and after; only what is announced is erased."""

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


class Erasure(models.Model):
    """Announces that what a line says of a person is erased; the line itself stays."""

    line = models.OneToOneField(AuditLine, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.line_id}"


class JournalPurge(models.Model):
    """Announces that the lines older than a moment go, their time of retention being over."""

    lines_before = models.DateTimeField()
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.lines_before:%Y-%m-%d}"
