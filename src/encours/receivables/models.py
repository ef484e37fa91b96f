"""Invoices, credit notes, payments, dated allocations, holds and the figures kept of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from encours.db import MinorField
from encours.parties.models import Account, BillingEntity

CURRENCY_LENGTH = 3


class InvoiceKind(models.TextChoices):
    """An invoice asks, a credit note gives back; the amounts of both are positive."""

    INVOICE = "invoice", gettext_lazy("Facture")
    CREDIT_NOTE = "credit_note", gettext_lazy("Avoir")


class Invoice(models.Model):
    """An invoice or a credit note as it was issued. ``remaining_minor`` is kept: gross less allocations.

    ``recorded_at`` tells which reminders cannot speak of it; unknown, its issue date does.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invoices")
    entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=InvoiceKind.choices, default=InvoiceKind.INVOICE)
    issue_date = models.DateField()
    issue_month = models.IntegerField()
    due_date = models.DateField()
    net_minor = MinorField()
    vat_minor = MinorField()
    gross_minor = MinorField()
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    remaining_minor = MinorField()
    original_sha256 = models.CharField(max_length=64, blank=True)
    original_filename = models.CharField(max_length=200, blank=True)
    cancels = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="cancelled_by")
    cancellation_reason = models.TextField(blank=True)
    reminder_count = models.IntegerField(default=0)
    last_reminded_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="invoice_number_is_unique_in_its_entity", fields=["entity", "number"]
            ),
            models.CheckConstraint(name="invoice_number_is_not_empty", condition=~Q(number="")),
            models.CheckConstraint(name="invoice_kind_is_known", condition=Q(kind__in=InvoiceKind.values)),
            models.CheckConstraint(name="invoice_gross_is_positive", condition=Q(gross_minor__gt=0)),
            models.CheckConstraint(
                name="invoice_gross_is_net_and_vat", condition=Q(gross_minor=F("net_minor") + F("vat_minor"))
            ),
            models.CheckConstraint(
                name="invoice_is_due_after_issue", condition=Q(due_date__gte=F("issue_date"))
            ),
            models.CheckConstraint(
                name="invoice_remaining_is_between_zero_and_gross",
                condition=Q(remaining_minor__gte=0, remaining_minor__lte=F("gross_minor")),
            ),
        ]
        indexes = [
            models.Index(name="invoice_by_number", fields=["number"], opclasses=["varchar_pattern_ops"]),
            models.Index(
                name="invoice_issued_by_account", fields=["account", "issue_month", "kind", "issue_date"]
            ),
            models.Index(
                name="invoice_open_by_account",
                fields=["account", "due_date"],
                condition=Q(remaining_minor__gt=0),
            ),
            models.Index(
                name="invoice_open_by_lateness",
                fields=[
                    *("due_date", "issue_month", "reminder_count", "account"),
                    *("issue_date", "kind", "remaining_minor"),
                ],
                condition=Q(remaining_minor__gt=0, kind="invoice"),
            ),
            models.Index(
                name="invoice_open_sums",
                fields=["currency", "due_date", "issue_date", "entity", "remaining_minor", "kind"],
                condition=Q(remaining_minor__gt=0, kind="invoice"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """Money received on an account. Cancelling it is a dated counter-entry; ``remaining_minor`` is kept.

    ``recorded_at`` tells which reminders cannot speak of it; unknown, its date does.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=100)
    date = models.DateField()
    amount_minor = MinorField()
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    method = models.CharField(max_length=40, blank=True)
    remaining_minor = MinorField()
    cancelled_on = models.DateField(null=True)
    cancellation_reason = models.TextField(blank=True)
    cancelled_by_name = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payment_reference_is_unique_in_its_account", fields=["account", "reference"]
            ),
            models.CheckConstraint(name="payment_amount_is_positive", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="payment_remaining_is_between_zero_and_amount",
                condition=Q(remaining_minor__gte=0, remaining_minor__lte=F("amount_minor")),
            ),
            models.CheckConstraint(
                name="payment_is_not_cancelled_before_its_date",
                condition=Q(cancelled_on__isnull=True) | Q(cancelled_on__gte=F("date")),
            ),
        ]
        indexes = [
            models.Index(
                name="payment_open_by_account", fields=["account"], condition=Q(remaining_minor__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Allocation(models.Model):
    """Part of a payment or of a credit note set against an invoice, from its date on.

    Undoing one adds its counter-entry: the same sides, the amount negated, dated not before it.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="allocations")
    credit_note = models.ForeignKey(Invoice, on_delete=models.PROTECT, null=True, related_name="uses")
    amount_minor = MinorField()
    date = models.DateField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    author_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="allocation_amount_is_positive_unless_it_undoes",
                condition=Q(undoes__isnull=True, amount_minor__gt=0)
                | Q(undoes__isnull=False, amount_minor__lt=0),
            ),
            models.CheckConstraint(
                name="allocation_has_one_source",
                condition=Q(payment__isnull=True, credit_note__isnull=False)
                | Q(payment__isnull=False, credit_note__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} → {self.invoice_id}"


class HoldKind(models.TextChoices):
    """Why an invoice or an account is not reminded."""

    DISPUTE = "dispute", gettext_lazy("En litige")
    POSTPONED = "postponed", gettext_lazy("Ne pas relancer jusqu'au")


class Hold(models.Model):
    """A dispute, or a date until which nobody is reminded, on an invoice or on a whole account."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, null=True, related_name="holds")
    kind = models.CharField(max_length=12, choices=HoldKind.choices)
    until = models.DateField(null=True)
    reason = models.TextField()
    author_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_kind_is_known", condition=Q(kind__in=HoldKind.values)),
            models.CheckConstraint(
                name="hold_has_a_date_when_postponed", condition=~Q(kind="postponed") | Q(until__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                name="hold_in_force_by_account", fields=["account"], condition=Q(lifted_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}"


class AccountBalance(models.Model):
    """Kept: what one account owes and is owed in one currency, in minor units."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="balances")
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    open_minor = MinorField(default=0)
    credit_note_minor = MinorField(default=0)
    payment_minor = MinorField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_balance_per_account_and_currency", fields=["account", "currency"]
            ),
        ]
        indexes = [
            models.Index("currency", F("open_minor").desc(), "account", name="balance_largest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.currency}"


class MonthFlow(models.Model):
    """Kept: part of what happened to one entity in one currency and month; a month is the sum of its rows."""

    entity = models.ForeignKey(BillingEntity, on_delete=models.CASCADE, db_index=False, related_name="+")
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    month = models.IntegerField()
    invoiced_minor = MinorField()
    credited_minor = MinorField()
    received_minor = MinorField()
    allocated_minor = MinorField()
    fell_due_minor = MinorField()
    settled_late_minor = MinorField()
    invoice_count = models.BigIntegerField(default=0)
    credit_note_count = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.entity_id} {self.currency} {self.month}"
