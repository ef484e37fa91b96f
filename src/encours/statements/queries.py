"""Read an account's statement: its documents, payments and allocations at a date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from encours.access.scopes import Scope
from encours.core import statements
from encours.core.statements import Period, StatedItem, Use
from encours.parties.models import Account
from encours.parties.queries import contact_for
from encours.parties.senders import postal_lines, sender_of
from encours.receivables.models import Allocation, Invoice, Payment
from encours.statements.documents.statement import ENCOURS, StatementDocument

Uses = dict[int, list[Use]]


def find_account(scope: Scope, account_id: int) -> Account | None:
    """Return an account of the scope with its entity and customer, or None."""
    rows = scope.narrow(Account.objects.select_related("entity", "customer"))
    return rows.filter(pk=account_id).first()


def find_account_by_codes(scope: Scope, entity_code: str, customer_code: str) -> Account | None:
    """Return the account of an entity's code and a customer's code, or None where the scope has none."""
    rows = scope.narrow(Account.objects.select_related("entity", "customer"))
    return rows.filter(entity__code=entity_code, customer__code=customer_code).first()


def read_statement(
    scope: Scope, account_id: int, kind: str, from_month: int, to_month: int, as_of: dt.date
) -> StatementDocument:
    """Return the statement of an account, ready to be frozen or drawn; months are year × 12 + month - 1.

    Raises Account.DoesNotExist for an account outside the scope.
    """
    account = find_account(scope, account_id)
    if account is None:
        raise Account.DoesNotExist
    customer = account.customer
    period = Period(from_month, to_month, as_of)
    items = read_items(account, period)
    is_encours = kind == ENCOURS
    return StatementDocument(
        kind=kind,
        language=customer.language,
        sender=sender_of(account.entity),
        customer_code=customer.code,
        customer_name=customer.name,
        customer_lines=postal_lines(customer, contact_for(account), account.entity.country)[1:],
        from_month=from_month,
        to_month=to_month,
        as_of=as_of,
        outstanding=statements.build_outstanding(items, period) if is_encours else (),
        full=() if is_encours else statements.build_full(items, period),
    )


def read_items(account: Account, period: Period) -> list[StatedItem]:
    """Return every document of an account that a statement of the period may need, with its uses."""
    of_invoices, of_credit_notes, of_payments = _read_uses(account, period.as_of)
    items = [
        _stated_invoice(row, of_invoices if row.kind == statements.INVOICE else of_credit_notes)
        for row in _invoices(account, period)
    ]
    items.extend(
        StatedItem(
            kind=statements.PAYMENT,
            number=row.reference,
            date=row.date,
            amount_minor=row.amount_minor,
            currency=row.currency,
            uses=tuple(of_payments[row.pk]),
            cancelled_on=row.cancelled_on,
            detail=row.method,
        )
        for row in _payments(account, period.as_of)
    )
    return items


def _invoices(account: Account, period: Period) -> QuerySet[Invoice]:
    """Return the documents of the period, and of the older ones those that may be open at the date."""
    settled_later = Q(allocations__date__gt=period.as_of) | Q(uses__date__gt=period.as_of)
    in_period = Q(issue_month__gte=period.from_month)
    rows = Invoice.objects.filter(
        account=account, issue_month__lte=period.to_month, issue_date__lte=period.as_of
    )
    return rows.filter(in_period | Q(remaining_minor__gt=0) | settled_later).distinct()


def _payments(account: Account, as_of: dt.date) -> QuerySet[Payment]:
    may_be_open = Q(remaining_minor__gt=0) | Q(cancelled_on__gt=as_of) | Q(allocations__date__gt=as_of)
    return Payment.objects.filter(account=account, date__lte=as_of).filter(may_be_open).distinct()


def _read_uses(account: Account, as_of: dt.date) -> tuple[Uses, Uses, Uses]:
    of_invoices: Uses = defaultdict(list)
    of_credit_notes: Uses = defaultdict(list)
    of_payments: Uses = defaultdict(list)
    for row in _allocations(account, as_of):
        invoice_id, payment_id, credit_note_id, date, minor, invoice, payment, credit_note = row
        against_invoice = Use(date, minor, statements.INVOICE, invoice)
        if payment_id is not None:
            of_payments[payment_id].append(against_invoice)
            of_invoices[invoice_id].append(Use(date, minor, statements.PAYMENT, payment or ""))
        elif credit_note_id is not None:
            of_credit_notes[credit_note_id].append(against_invoice)
            of_invoices[invoice_id].append(Use(date, minor, statements.CREDIT_NOTE, credit_note or ""))
    return of_invoices, of_credit_notes, of_payments


def _allocations(
    account: Account, as_of: dt.date
) -> Iterable[tuple[int, int | None, int | None, dt.date, int, str, str | None, str | None]]:
    rows = Allocation.objects.filter(invoice__account=account, date__lte=as_of).order_by("date", "id")
    return rows.values_list(
        "invoice_id",
        "payment_id",
        "credit_note_id",
        "date",
        "amount_minor",
        "invoice__number",
        "payment__reference",
        "credit_note__number",
    ).iterator(chunk_size=5000)


def _stated_invoice(row: Invoice, uses: Uses) -> StatedItem:
    return StatedItem(
        kind=row.kind,
        number=row.number,
        date=row.issue_date,
        amount_minor=row.gross_minor,
        currency=row.currency,
        due_date=row.due_date,
        uses=tuple(uses[row.pk]),
    )
