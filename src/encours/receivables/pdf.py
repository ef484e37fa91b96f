"""Give the PDF of an invoice: the original if one was given, else a duplicate drawn from its data."""

from __future__ import annotations

import datetime as dt
import re

from encours.archive import store
from encours.documents.stored_pictures import pictures_of
from encours.parties.models import DunningContact
from encours.parties.queries import contact_for
from encours.parties.senders import postal_lines, sender_of
from encours.receivables.documents.duplicate import DuplicateDocument, render_duplicate
from encours.receivables.models import Invoice


def duplicate_of(
    invoice: Invoice, *, contact: DunningContact | None, language: str, drawn_on: dt.date
) -> DuplicateDocument:
    """Return what the duplicate of an invoice prints, ready to be frozen or drawn."""
    customer, entity = invoice.account.customer, invoice.account.entity
    return DuplicateDocument(
        language=language,
        kind=invoice.kind,
        number=invoice.number,
        issue_date=invoice.issue_date.isoformat(),
        due_date=invoice.due_date.isoformat(),
        net_minor=invoice.net_minor,
        vat_minor=invoice.vat_minor,
        gross_minor=invoice.gross_minor,
        currency=invoice.currency,
        sender=sender_of(entity),
        customer=postal_lines(customer, contact, entity.country),
        drawn_on=drawn_on.isoformat(),
        customer_code=customer.code,
        customer_vat_number=customer.vat_number,
    )


def invoice_pdf(invoice: Invoice, *, today: dt.date) -> tuple[str, bytes]:
    """Return the file name and the bytes of an invoice's PDF."""
    if invoice.original_sha256:
        name = invoice.original_filename or f"{invoice.number}.pdf"
        return _safe(name), store.get(invoice.original_sha256)
    document = duplicate_of(
        invoice,
        contact=contact_for(invoice.account),
        language=invoice.account.customer.language,
        drawn_on=today,
    )
    content = render_duplicate(document, pictures_of(document.sender.letterhead))
    return _safe(f"Duplicata-{invoice.number}.pdf"), content


def _safe(name: str) -> str:
    """Return a file name that no header and no file system misreads."""
    return re.sub(r"[^\w.()\- ]+", "_", name).strip(" .") or "facture.pdf"
