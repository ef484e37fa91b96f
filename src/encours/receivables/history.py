"""Read what happened to a document: its allocations and their undoing, its holds, its reminders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from encours.core.money import Money
from encours.parties.models import Account
from encours.receivables.models import Allocation, Hold, Invoice, InvoiceKind, Payment

MAX_ROWS = 200
"""How many rows of a history a page shows, the newest first."""


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """An allocation or its counter-entry as one side of it shows it; ``other_*`` name the other side."""

    id: int
    date: dt.date
    amount: Money
    other_kind: str
    other_id: int
    other_number: str
    author_name: str
    created_at: dt.datetime
    is_counter_entry: bool
    undone_on: dt.date | None

    @property
    def can_be_undone(self) -> bool:
        """Tell whether the allocation is in force."""
        return not self.is_counter_entry and self.undone_on is None


def allocation_lines(document: Invoice | Payment) -> list[AllocationLine]:
    """Return the allocations of a document and their counter-entries, the newest first."""
    if isinstance(document, Payment):
        own = Q(payment=document)
    elif document.kind == InvoiceKind.CREDIT_NOTE:
        own = Q(credit_note=document)
    else:
        own = Q(invoice=document)
    rows = Allocation.objects.filter(own).select_related("invoice", "payment", "credit_note", "undone_by")
    shows_invoice = not (isinstance(document, Invoice) and document.kind == InvoiceKind.INVOICE)
    return [_line(row, shows_invoice) for row in rows.order_by("-created_at", "-id")[:MAX_ROWS]]


def holds_of(account: Account, invoice: Invoice | None = None) -> list[Hold]:
    """Return the holds of an account itself, or of an invoice and its account, lifted ones last."""
    subject = Q(invoice=None) if invoice is None else Q(invoice=None) | Q(invoice=invoice)
    rows = Hold.objects.filter(subject, account=account).select_related("invoice")
    return sorted(rows.order_by("-created_at", "-id")[:MAX_ROWS], key=lambda row: row.lifted_at is not None)


def _line(row: Allocation, shows_invoice: bool) -> AllocationLine:
    other: Invoice | Payment | None = row.invoice if shows_invoice else row.payment or row.credit_note
    assert other is not None  # a constraint of the table
    undone_by = getattr(row, "undone_by", None)
    return AllocationLine(
        id=row.id,
        date=row.date,
        amount=Money(row.amount_minor, row.invoice.currency),
        other_kind="payment" if isinstance(other, Payment) else other.kind,
        other_id=other.id,
        other_number=other.reference if isinstance(other, Payment) else other.number,
        author_name=row.author_name,
        created_at=row.created_at,
        is_counter_entry=row.undoes_id is not None,
        undone_on=undone_by.date if undone_by else None,
    )
