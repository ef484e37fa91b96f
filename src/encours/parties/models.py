"""Billing entities, customers, their accounts and the addresses that reminders go to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from encours.db import SearchField
from encours.documents.letterhead import LONGEST_NOTE, MARGINS_MM, PLAIN


class BillingEntity(models.Model):
    """A company that issues invoices, with all that its letters must print (R123-237) and how they look.

    The pictures of its letterhead are kept in the archive by their SHA-256.
    """

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    legal_form = models.CharField(max_length=60, blank=True)
    address1 = models.CharField(max_length=200, blank=True)
    address2 = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="FR")
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    share_capital = models.CharField(max_length=60, blank=True)
    siren = models.CharField(max_length=9, blank=True)
    rcs_town = models.CharField(max_length=100, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    sender_name = models.CharField(max_length=150, blank=True)
    sender_email = models.EmailField(blank=True)
    letter_town = models.CharField(max_length=100, blank=True)
    signature = models.CharField(max_length=200, blank=True)
    accent = models.CharField(max_length=7, default=PLAIN.accent)
    logo_sha256 = models.CharField(max_length=64, blank=True)
    logo_height_mm = models.PositiveSmallIntegerField(default=PLAIN.logo_height_mm)
    signature_sha256 = models.CharField(max_length=64, blank=True)
    margin_left_mm = models.PositiveSmallIntegerField(default=PLAIN.margin_left_mm)
    margin_right_mm = models.PositiveSmallIntegerField(default=PLAIN.margin_right_mm)
    margin_top_mm = models.PositiveSmallIntegerField(default=PLAIN.margin_top_mm)
    margin_bottom_mm = models.PositiveSmallIntegerField(default=PLAIN.margin_bottom_mm)
    footer_note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    formal_notices_need_approval = models.BooleanField(default=False)
    has_payment_block = models.BooleanField(default=PLAIN.has_payment_block)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_entity_code_is_not_empty", condition=~Q(code="")),
            models.CheckConstraint(name="billing_entity_name_is_not_empty", condition=~Q(name="")),
            *(
                models.CheckConstraint(
                    name=f"letter_{side}_margin_keeps_the_window",
                    condition=Q(**{f"margin_{side}_mm__range": bounds}),
                )
                for side, bounds in MARGINS_MM.items()
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerKind(models.TextChoices):
    """Which law applies to a debtor: it decides penalties, indemnity and prescription."""

    PROFESSIONAL = "professional", gettext_lazy("Professionnel")
    PUBLIC = "public", gettext_lazy("Organisme public")
    CONSUMER = "consumer", gettext_lazy("Consommateur")


class Customer(models.Model):
    """The debtor. ``search_name`` is the normalised «code name» that search and sorting use."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    search_name = SearchField()
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, default="fr")
    kind = models.CharField(max_length=16, choices=CustomerKind.choices, default=CustomerKind.PROFESSIONAL)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="customer_code_is_not_empty", condition=~Q(code="")),
            models.CheckConstraint(name="customer_name_is_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="customer_kind_is_known", condition=Q(kind__in=CustomerKind.values)),
            models.CheckConstraint(name="customer_language_is_known", condition=Q(language__in=["fr", "en"])),
        ]
        indexes = [models.Index(name="customer_by_search_name", fields=["search_name"])]

    def __str__(self) -> str:
        return self.name


class DunningContact(models.Model):
    """Where reminders of a customer go; one of an entity replaces the customer's entirely.

    ``emails`` holds the addresses as typed, one a line; ``refused_emails`` those of which a report said that
    they are refused, as parties.refused_emails writes them.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, null=True, blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_role = models.CharField(max_length=100, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    emails = models.TextField(blank=True)
    address1 = models.CharField(max_length=200, blank=True)
    address2 = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="FR")
    refused_emails = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_dunning_contact_per_customer_and_entity",
                fields=["customer", "entity"],
                condition=Q(entity__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_dunning_contact_per_customer",
                fields=["customer"],
                condition=Q(entity__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.contact_name}"


class Account(models.Model):
    """A customer account: one (billing entity, customer) pair, with the figures that the list needs.

    The kept figures count every document whose issue date is not after the day of their last refresh;
    ``next_issue_date`` names the day on which a document dated later enters. They are written by
    receivables.figures alone, in the transaction of their cause. Months are year × 12 + month - 1.
    Bit n of ``recent_issue_months`` tells that something was issued n months before the last document.
    """

    entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="accounts")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="accounts")
    entity_code = SearchField()
    search_name = SearchField()
    is_reachable_by_email = models.BooleanField(default=False)
    is_reachable_by_post = models.BooleanField(default=False)

    invoice_count = models.IntegerField(default=0)
    first_issue_month = models.IntegerField(null=True)
    last_issue_month = models.IntegerField(null=True)
    recent_issue_months = models.BigIntegerField(default=0)
    open_invoice_count = models.IntegerField(default=0)
    oldest_open_issue_month = models.IntegerField(null=True)
    oldest_open_due_date = models.DateField(null=True)
    oldest_unreminded_due_date = models.DateField(null=True)
    reminded_open_count = models.IntegerField(default=0)
    oldest_unused_credit_month = models.IntegerField(null=True)
    oldest_unallocated_payment_month = models.IntegerField(null=True)
    next_issue_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_account_per_entity_and_customer", fields=["entity", "customer"]
            ),
            models.CheckConstraint(
                name="account_months_are_in_order",
                condition=Q(first_issue_month__isnull=True) | Q(last_issue_month__gte=F("first_issue_month")),
            ),
        ]
        indexes = [
            models.Index(
                name="account_in_list_order",
                fields=[
                    *("entity_code", "search_name", "id", "entity", "first_issue_month", "last_issue_month"),
                    *("recent_issue_months", "oldest_open_issue_month", "oldest_open_due_date"),
                    *("oldest_unreminded_due_date", "reminded_open_count", "oldest_unused_credit_month"),
                    *("oldest_unallocated_payment_month", "is_reachable_by_email", "is_reachable_by_post"),
                ],
            ),
            models.Index(
                name="account_open",  # to count those that owe something, which are fewer
                fields=[
                    *("oldest_open_issue_month", "oldest_open_due_date", "oldest_unreminded_due_date"),
                    *("reminded_open_count", "entity", "entity_code", "id"),
                ],
                condition=Q(oldest_open_issue_month__isnull=False),
            ),
            models.Index(
                name="account_awaiting_a_document",
                fields=["next_issue_date"],
                condition=Q(next_issue_date__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity_code} {self.search_name}"
