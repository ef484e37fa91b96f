"""Severities, message templates, reminders with their frozen lines, and the drafts before them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from encours.archive.models import IssuedDocument
from encours.db import MinorField
from encours.dunning.notices.models import FormalNotice as FormalNotice
from encours.dunning.runs.models import ReminderRun as ReminderRun
from encours.dunning.runs.models import RunLine as RunLine
from encours.parties.models import Account, BillingEntity
from encours.receivables.models import Invoice


class Severity(models.Model):
    """How firm a reminder is: 1 (very low) to 5 (very high); the names can be edited."""

    rank = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(name="severity_rank_is_1_to_5", condition=Q(rank__gte=1, rank__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.rank} - {self.name}"


class Mode(models.TextChoices):
    """How a reminder leaves."""

    LETTER = "letter", gettext_lazy("Courrier postal")
    EMAIL = "email", gettext_lazy("E-mail")


class MessageTemplate(models.Model):
    """A text with placeholders; the same code may exist per language and per billing entity."""

    code = models.CharField(max_length=20)
    language = models.CharField(max_length=2, default="fr")
    entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=120)
    mention = models.CharField(max_length=120, blank=True)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    severity = models.ForeignKey(Severity, on_delete=models.PROTECT)
    is_formal_notice = models.BooleanField(default=False)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_template_per_code_language_and_entity",
                fields=["code", "language", "entity"],
                condition=Q(entity__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_template_per_code_and_language",
                fields=["code", "language"],
                condition=Q(entity__isnull=True),
            ),
            models.CheckConstraint(name="template_mode_is_known", condition=Q(mode__in=Mode.values)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TemplateVersion(models.Model):
    """The text of a template as it was saved; never changed."""

    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    saved_at = models.DateTimeField()
    saved_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_text_per_template_version", fields=["template", "version"]),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.version}"


class ReminderCounter(models.Model):
    """The last reminder number given by a billing entity; it counts up without holes."""

    entity = models.OneToOneField(BillingEntity, on_delete=models.PROTECT, primary_key=True)
    last_number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.entity_id} {self.last_number}"


class ReminderState(models.TextChoices):
    """Reserved: numbered, being drawn. Issued: stored for ever. Cancelled: an unposted letter annulled."""

    RESERVED = "reserved", gettext_lazy("en préparation")
    ISSUED = "issued", gettext_lazy("émise")
    CANCELLED = "cancelled", gettext_lazy("annulée")


class DeliveryState(models.TextChoices):
    """What became of a reminder, as the list shows it."""

    PREPARING = "preparing", gettext_lazy("en préparation")
    TO_PRINT = "to_print", gettext_lazy("à imprimer")
    PRINTED = "printed", gettext_lazy("imprimée")
    QUEUED = "queued", gettext_lazy("en attente")
    SENDING = "sending", gettext_lazy("en cours")
    SENT = "sent", gettext_lazy("envoyée")
    PARTIALLY_REFUSED = "partially_refused", gettext_lazy("partiellement refusée")
    REFUSED = "refused", gettext_lazy("refusée")
    UNCERTAIN = "uncertain", gettext_lazy("incertaine")
    CANCELLED = "cancelled", gettext_lazy("annulée")


class Reminder(models.Model):
    """What was said to one account, on what invoices, by whom, when and how.

    ``frozen`` is the JSON text from which every document of the reminder is drawn, always to the same bytes.
    ``counts`` is kept: false once it was cancelled, or refused by every recipient.
    """

    entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="reminders")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reminders")
    number = models.BigIntegerField()
    reference = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=12, choices=ReminderState.choices, default=ReminderState.RESERVED)
    delivery_state = models.CharField(
        max_length=20, choices=DeliveryState.choices, default=DeliveryState.PREPARING
    )
    counts = models.BooleanField(default=True)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    template_code = models.CharField(max_length=20)
    template_version = models.PositiveIntegerField()
    template_name = models.CharField(max_length=120)
    mention = models.CharField(max_length=120, blank=True)
    is_formal_notice = models.BooleanField(default=False)
    severity_rank = models.PositiveSmallIntegerField()
    severity_name = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=250)
    message = models.TextField()
    author_name = models.CharField(max_length=150)
    author_user_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=150, blank=True)
    author_address = models.CharField(max_length=64, blank=True)
    author_request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    date = models.DateField()
    issued_at = models.DateTimeField(null=True)
    frozen = models.TextField()
    message_id = models.CharField(max_length=200, blank=True)
    idempotency_key = models.CharField(max_length=100, unique=True)
    printed_at = models.DateTimeField(null=True)
    printed_by_name = models.CharField(max_length=150, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by_name = models.CharField(max_length=150, blank=True)
    cancellation_reason = models.TextField(blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="reminder_number_is_unique_in_its_entity", fields=["entity", "number"]
            ),
            models.CheckConstraint(name="reminder_number_is_positive", condition=Q(number__gt=0)),
            models.CheckConstraint(
                name="reminder_state_is_known", condition=Q(state__in=ReminderState.values)
            ),
        ]
        indexes = [
            models.Index(name="reminder_by_account", fields=["account", "created_at"]),
            models.Index(name="reminder_reserved", fields=["created_at"], condition=Q(state="reserved")),
        ]

    def __str__(self) -> str:
        return self.reference


class ReminderLine(models.Model):
    """One invoice of a reminder, with its amounts as they were said."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="lines")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminder_lines")
    number = models.CharField(max_length=64)
    issue_date = models.DateField()
    due_date = models.DateField()
    net_minor = MinorField()
    gross_minor = MinorField()
    remaining_minor = MinorField()
    currency = models.CharField(max_length=3)
    days_late = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_line_per_reminder_and_invoice", fields=["reminder", "invoice"]),
            models.CheckConstraint(name="reminder_line_asks_something", condition=Q(remaining_minor__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} {self.number}"


class ReminderEffect(models.Model):
    """Kept: what one line of a reminder that counts asked for, and what was paid of it soon after.

    ``month`` is that of the reminder. Written by dunning.effects alone, in the transaction of its cause.
    """

    line = models.OneToOneField(ReminderLine, on_delete=models.CASCADE, primary_key=True, related_name="+")
    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="+")
    entity = models.ForeignKey(BillingEntity, on_delete=models.CASCADE, db_index=False, related_name="+")
    currency = models.CharField(max_length=3)
    month = models.IntegerField()
    asked_minor = MinorField()
    paid_minor = MinorField()

    class Meta:
        indexes = [
            models.Index(
                name="reminder_effect_by_month",
                fields=["currency", "month", "entity", "reminder", "asked_minor", "paid_minor"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.paid_minor}"


class ReminderFile(models.Model):
    """A stored document of a reminder: the letter or message itself, a statement, a duplicate."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="files")
    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=250)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_file_per_reminder_position", fields=["reminder", "position"]),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} {self.label}"


class ReminderDraft(models.Model):
    """What a user is writing to one account; consumed once, by compare-and-swap on ``token``."""

    user_id = models.BigIntegerField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="drafts")
    token = models.CharField(max_length=64, unique=True)
    content = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_draft_per_user_and_account",
                fields=["user_id", "account"],
                condition=Q(reminder__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.account_id}"
