"""The outbox: one row per envelope, its state, and every attempt to send it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from encours.core.ibans import HIDDEN


class MessageState(models.TextChoices):
    """Where a message stands; ``uncertain`` is decided by a person, never retried by itself."""

    QUEUED = "queued", gettext_lazy("en attente")
    CLAIMED = "claimed", gettext_lazy("en cours")
    TRANSMITTING = "transmitting", gettext_lazy("en cours d'envoi")
    SENT = "sent", gettext_lazy("envoyée")
    REFUSED = "refused", gettext_lazy("refusée")
    UNCERTAIN = "uncertain", gettext_lazy("incertaine")
    CANCELLED = "cancelled", gettext_lazy("annulée")


BEFORE_RECIPIENT = " → "
"""What parts the reference of a message from its recipient where both are named, in the journal too."""


class OutboxMessage(models.Model):
    """One envelope: a MIME message of the archive, for one recipient.

    ``failure_count`` counts the failed tries since it was queued, or queued again by a person.
    ``lease_owner`` names the worker that holds it, or held it last; only a state under lease has an expiry.
    From ``erased_at`` on the recipient asked not to be written to: it never leaves again, and the journal
    does not name him.
    """

    reference = models.CharField(max_length=80)
    recipient = models.CharField(max_length=254)
    is_copy = models.BooleanField(default=False)
    sender = models.CharField(max_length=254)
    message_id = models.CharField(max_length=200)
    content_sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=MessageState.choices, default=MessageState.QUEUED)
    attempt_count = models.IntegerField(default=0)
    failure_count = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    last_reply = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_envelope_per_reference_and_recipient", fields=["reference", "recipient"]
            ),
            models.CheckConstraint(name="outbox_state_is_known", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="only_a_state_under_lease_has_an_expiry",
                condition=Q(state__in=["claimed", "transmitting"]) ^ Q(lease_expires_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="outbox_due_first", fields=["next_attempt_at", "id"], condition=Q(state="queued")
            ),
            models.Index(
                name="outbox_under_lease",
                fields=["lease_expires_at"],
                condition=Q(state__in=["claimed", "transmitting"]),
            ),
            models.Index(name="outbox_by_state", fields=["state", "changed_at"]),
            models.Index(name="outbox_by_message_id", fields=["message_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference}{BEFORE_RECIPIENT}{self.recipient}"

    @property
    def name_in_journal(self) -> str:
        """Return what a new line of the journal calls it."""
        return str(self) if self.erased_at is None else f"{self.reference}{BEFORE_RECIPIENT}{HIDDEN}"


class Attempt(models.Model):
    """One try to send a message: the phase it reached and the server's own words."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="attempts")
    number = models.IntegerField()
    server = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    reply = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_attempt_per_number", fields=["message", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} #{self.number}"


class DeliveryReport(models.Model):
    """What a mail server reported afterwards about a message: kept once, however often it is given.

    ``action`` is one of core.delivery_reports; ``reason`` its status code and the server's own words.
    """

    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="reports")
    identity = models.CharField(max_length=64)
    attempt_number = models.IntegerField()
    action = models.CharField(max_length=12)
    reason = models.TextField(blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_report_per_message", fields=["message", "identity"]),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.action}"


class ReportMailbox(models.Model):
    """A mailbox that is read for reports: how far, when next, and what went wrong the last time."""

    name = models.CharField(max_length=200, primary_key=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    next_look_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    report_count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class OutboxSwitch(models.Model):
    """The one switch of the outbox: while it is paused nothing is claimed; no row means it never was."""

    is_paused = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_outbox_switch", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return "paused" if self.is_paused else "open"


class ServerPace(models.Model):
    """How fast messages leave one mail server, whoever sends them: when its bucket will be empty again."""

    server = models.CharField(max_length=200, primary_key=True)
    empty_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.server
