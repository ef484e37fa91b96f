"""Read invoices, credit notes and payments as the open items that core reckons with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from encours.core.money import Money
from encours.core.open_items import Entry, OpenItem
from encours.receivables.models import Allocation, Invoice, InvoiceKind, Payment


def open_items_of_invoices(invoices: Sequence[Invoice]) -> dict[int, OpenItem]:
    """Return the open item of each invoice or credit note by id, with all its entries: two queries."""
    credit_note_ids = [row.id for row in invoices if row.kind == InvoiceKind.CREDIT_NOTE]
    invoice_ids = [row.id for row in invoices if row.kind == InvoiceKind.INVOICE]
    entries = _entries("invoice_id", invoice_ids) | _entries("credit_note_id", credit_note_ids)
    return {
        row.id: OpenItem(
            id=row.id,
            number=row.number,
            date=row.issue_date,
            due_date=row.due_date,
            amount=Money(row.gross_minor, row.currency),
            uses=entries.get(row.id, ()),
        )
        for row in invoices
    }


def open_items_of_payments(payments: Sequence[Payment]) -> dict[int, OpenItem]:
    """Return the open item of each payment by id, with all its entries, in one query."""
    entries = _entries("payment_id", [row.id for row in payments])
    return {
        row.id: OpenItem(
            id=row.id,
            number=row.reference,
            date=row.date,
            amount=Money(row.amount_minor, row.currency),
            uses=entries.get(row.id, ()),
            cancelled_on=row.cancelled_on,
        )
        for row in payments
    }


def open_item_of(document: Invoice | Payment) -> OpenItem:
    """Return the open item of one document."""
    if isinstance(document, Payment):
        return open_items_of_payments([document])[document.id]
    return open_items_of_invoices([document])[document.id]


def _entries(side: str, ids: Iterable[int]) -> dict[int, tuple[Entry, ...]]:
    wanted = list(ids)
    if not wanted:
        return {}
    grouped: dict[int, list[Entry]] = defaultdict(list)
    rows = Allocation.objects.filter(**{f"{side}__in": wanted})
    for document_id, date, amount_minor in rows.values_list(side, "date", "amount_minor"):
        grouped[document_id].append(Entry(date, amount_minor))
    return {document_id: tuple(entries) for document_id, entries in grouped.items()}
