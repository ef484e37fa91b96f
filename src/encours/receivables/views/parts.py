"""Read the open invoices that a page offers, the amounts typed beside them, and what is proposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.http import Http404, HttpRequest

from encours.core.allocation import propose_oldest_first
from encours.core.money import Money
from encours.core.open_items import OpenItem
from encours.receivables.details import PaymentDetails
from encours.receivables.forms import PartsForm, invoice_ids_in
from encours.receivables.models import Invoice, InvoiceKind, Payment
from encours.receivables.open_items import open_item_of, open_items_of_invoices
from encours.receivables.queries import OpenInvoice, invoices_in, open_invoices
from encours.receivables.views.shared import scope, today

MAX_INVOICES = 200
"""How many open invoices are offered at once, the oldest first: the others follow once these are paid."""


def open_rows(request: HttpRequest, account_id: int, currency: str = "") -> list[OpenInvoice]:
    """Return the open invoices of an account that a page offers, of one currency if it is given."""
    rows = open_invoices(scope(request), account_id, today())
    return [row for row in rows if not currency or row.gross.currency == currency][:MAX_INVOICES]


def posted_parts(
    request: HttpRequest, account_id: int, invoices: Sequence[OpenInvoice]
) -> tuple[PartsForm, bool]:
    """Return the amounts typed, and whether all of them are still beside an open invoice.

    Answer 404 for an invoice of another account.
    """
    wanted = invoice_ids_in(request.POST.dict())
    known = invoices_in(scope(request)).filter(account_id=account_id, id__in=wanted, kind=InvoiceKind.INVOICE)
    if known.count() != len(wanted):
        raise Http404
    is_current = wanted <= {row.id for row in invoices}
    return PartsForm(invoices, typed=request.POST.dict()), is_current


def proposal_for_new_payment(
    details: PaymentDetails, invoices: Sequence[OpenInvoice], day: dt.date
) -> dict[int, int]:
    """Return what a payment not yet recorded would settle, by invoice id."""
    source = OpenItem(0, details.reference, details.date, Money(details.amount_minor, details.currency))
    return _proposed(source, invoices, day)


def proposal_for(source: Payment | Invoice, invoices: Sequence[OpenInvoice], day: dt.date) -> dict[int, int]:
    """Return what the rest of a payment or credit note would settle, by invoice id."""
    return _proposed(open_item_of(source), invoices, day)


def _proposed(source: OpenItem, invoices: Sequence[OpenInvoice], day: dt.date) -> dict[int, int]:
    rows = Invoice.objects.filter(id__in=[row.id for row in invoices])
    items = open_items_of_invoices(list(rows))
    proposals = propose_oldest_first(source, list(items.values()), today=day)
    return {part.invoice_id: part.amount_minor for part in proposals}
