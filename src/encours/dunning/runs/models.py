"""A mass reminder and its lines: one per account of the selection, reminded or left with its reason."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from encours.db import MinorField
from encours.parties.models import Account, BillingEntity


class RunState(models.TextChoices):
    """Where a mass reminder stands; stopped and done are ends, from which only what failed can be retried."""

    PREPARING = "preparing", gettext_lazy("en préparation")
    PROPOSAL = "proposal", gettext_lazy("proposition")
    AWAITING = "awaiting", gettext_lazy("à approuver")
    RUNNING = "running", gettext_lazy("en cours")
    PAUSED = "paused", gettext_lazy("en pause")
    STOPPED = "stopped", gettext_lazy("arrêtée")
    DONE = "done", gettext_lazy("terminée")


class LineState(models.TextChoices):
    """What became, or is to become, of an account."""

    TO_REMIND = "to_remind", gettext_lazy("à relancer")
    LEFT = "left", gettext_lazy("laissé de côté")
    ISSUED = "issued", gettext_lazy("relancé")
    FAILED = "failed", gettext_lazy("en échec")


class ReminderRun(models.Model):
    """A mass reminder: who asked for what, and how far it is. What was done, its lines tell.

    ``selection`` and ``options`` are the JSON of runs.selections and runs.options. ``counts`` is kept for the
    list of runs when nothing moves any more. ``newest_payments`` holds the date of the last payment by code
    of entity when the proposal was made. The lease is that of the preparation.
    """

    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.PREPARING)
    entities = models.ManyToManyField(BillingEntity, related_name="+")
    selection = models.JSONField()
    options = models.JSONField()
    author_name = models.CharField(max_length=150)
    author_user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)
    account_count = models.IntegerField(default=0)
    launched_at = models.DateTimeField(null=True)
    launched_by_name = models.CharField(max_length=150, blank=True)
    launched_by_user_id = models.BigIntegerField(null=True)
    launched_by_email = models.CharField(max_length=254, blank=True)
    approved_by_name = models.CharField(max_length=150, blank=True)
    approved_by_user_id = models.BigIntegerField(null=True)
    refusal_reason = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    newest_payments = models.JSONField(default=dict)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="run_state_is_known", condition=Q(state__in=RunState.values)),
        ]
        indexes = [
            models.Index(name="run_by_date", fields=["-created_at", "-id"]),
            models.Index(
                name="run_with_work",
                fields=["state", "launched_at"],
                condition=Q(state__in=["preparing", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class RunLine(models.Model):
    """One account of a mass reminder: what is proposed, what she changed, and what came of it.

    ``reason_date`` is the day of the last reminder, or that until which it is held, where that is the reason.
    ``invoice_ids`` are numbers between spaces, oldest due date first. ``total_minor`` is of ``currency``;
    where several are asked, ``other_totals`` is the JSON of the others. The text is the template's unless
    she wrote her own.
    """

    run = models.ForeignKey(ReminderRun, on_delete=models.CASCADE, related_name="lines", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.IntegerField()
    state = models.CharField(max_length=10, choices=LineState.choices)
    reason = models.CharField(max_length=20, blank=True)
    reason_date = models.DateField(null=True)
    is_ticked = models.BooleanField(default=True)
    mode = models.CharField(max_length=8, blank=True)
    invoice_ids = models.TextField(blank=True)
    invoice_count = models.IntegerField(default=0)
    oldest_due_date = models.DateField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    total_minor = MinorField(default=0)
    other_totals = models.TextField(blank=True)
    has_credit = models.BooleanField(default=False)
    is_edited = models.BooleanField(default=False)
    has_own_text = models.BooleanField(default=False)
    subject = models.CharField(max_length=250, blank=True)
    message = models.TextField(blank=True)
    own_recipients = models.TextField(blank=True)
    reminder = models.ForeignKey(
        "dunning.Reminder", on_delete=models.PROTECT, null=True, related_name="run_lines", db_index=False
    )
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_line_per_run_and_account", fields=["run", "account"]),
            models.UniqueConstraint(name="one_line_per_run_and_position", fields=["run", "position"]),
            models.CheckConstraint(name="run_line_state_is_known", condition=Q(state__in=LineState.values)),
            models.CheckConstraint(
                name="run_line_left_has_a_reason", condition=~Q(state="left") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="run_line_issued_has_its_reminder",
                condition=~Q(state="issued") | Q(reminder__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="run_line_by_state", fields=["run", "state", "is_ticked", "position"]),
            models.Index(
                name="run_line_finished",
                fields=["run", "finished_at"],
                condition=Q(finished_at__isnull=False),
            ),
            models.Index(name="run_line_failed", fields=["run"], condition=Q(state="failed")),
            models.Index(
                name="run_line_by_reminder", fields=["reminder"], condition=Q(reminder__isnull=False)
            ),
            models.Index(name="run_line_leased", fields=["lease_owner"], condition=~Q(lease_owner="")),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.position}"
