"""Read the statements of accounts: their documents, payments and allocations at a date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from encours.access.scopes import Scope
from encours.core import statements
from encours.core.statements import Period, StatedItem, Use
from encours.documents.sender import Sender
from encours.parties.models import Account, DunningContact
from encours.parties.queries import contacts_for
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement to be read: whose, which of the two, and of which period."""

    account: Account
    kind: str
    period: Period


def read_statement(
    scope: Scope, account_id: int, kind: str, from_month: int, to_month: int, as_of: dt.date
) -> StatementDocument:
    """Return the statement of an account, ready to be frozen or drawn; months are year × 12 + month - 1.

    Raises Account.DoesNotExist for an account outside the scope.
    """
    account = find_account(scope, account_id)
    if account is None:
        raise Account.DoesNotExist
    return read_statements([Wanted(account, kind, Period(from_month, to_month, as_of))])[0]


def read_statements(
    wanted: Sequence[Wanted], contacts: Mapping[int, DunningContact] | None = None
) -> list[StatementDocument]:
    """Return statements of different accounts in the order asked, in as many queries for one as for many.

    The accounts come with their entity and customer, and within the scope of whoever asks; their contacts,
    by account id, are read unless they are given.
    """
    if contacts is None:
        contacts = contacts_for(one.account for one in wanted)
    items = _read_items(wanted)
    senders = {one.account.entity_id: sender_of(one.account.entity) for one in wanted}
    return [
        _statement(
            one,
            items.get(one.account.id, ()),
            contacts.get(one.account.id),
            senders[one.account.entity_id],
        )
        for one in wanted
    ]


def _statement(
    wanted: Wanted, items: Iterable[StatedItem], contact: DunningContact | None, sender: Sender
) -> StatementDocument:
    account, period = wanted.account, wanted.period
    customer = account.customer
    is_encours = wanted.kind == ENCOURS
    return StatementDocument(
        kind=wanted.kind,
        language=customer.language,
        sender=sender,
        customer_code=customer.code,
        customer_name=customer.name,
        customer_lines=postal_lines(customer, contact, account.entity.country)[1:],
        from_month=period.from_month,
        to_month=period.to_month,
        as_of=period.as_of,
        outstanding=statements.build_outstanding(items, period) if is_encours else (),
        full=() if is_encours else statements.build_full(items, period),
    )


def _read_items(wanted: Sequence[Wanted]) -> dict[int, list[StatedItem]]:
    """Return by account every document that its statement may need, with its uses.

    Where the periods differ some are read in vain: core.statements takes those of its own.
    """
    if not wanted:
        return {}
    account_ids = [one.account.id for one in wanted]
    from_month = min(one.period.from_month for one in wanted)
    to_month = max(one.period.to_month for one in wanted)
    as_of = max(one.period.as_of for one in wanted)
    first_day = min(one.period.as_of for one in wanted)
    of_invoices, of_credit_notes, of_payments = _read_uses(account_ids, as_of)
    items: dict[int, list[StatedItem]] = defaultdict(list)
    for row in _invoices(account_ids, Period(from_month, to_month, as_of), first_day):
        uses = of_invoices if row.kind == statements.INVOICE else of_credit_notes
        items[row.account_id].append(_stated_invoice(row, uses))
    for payment in _payments(account_ids, as_of, first_day):
        items[payment.account_id].append(_stated_payment(payment, of_payments))
    return items


def _invoices(account_ids: Collection[int], period: Period, first_day: dt.date) -> QuerySet[Invoice, Any]:
    """Return the documents of the period, and of the older ones those that may be open at the date."""
    later = Allocation.objects.filter(date__gt=first_day)
    settled_later = Exists(later.filter(invoice=OuterRef("pk"))) | Exists(
        later.filter(credit_note=OuterRef("pk"))
    )
    in_period = Q(issue_month__gte=period.from_month)
    rows = Invoice.objects.filter(
        account__in=account_ids, issue_month__lte=period.to_month, issue_date__lte=period.as_of
    )
    return rows.filter(in_period | Q(remaining_minor__gt=0) | settled_later).values_list(
        *("id", "account_id", "kind", "number", "issue_date", "due_date", "gross_minor", "currency"),
        named=True,
    )


def _payments(account_ids: Collection[int], as_of: dt.date, first_day: dt.date) -> QuerySet[Payment, Any]:
    used_later = Exists(Allocation.objects.filter(date__gt=first_day, payment=OuterRef("pk")))
    may_be_open = Q(remaining_minor__gt=0) | Q(cancelled_on__gt=first_day) | used_later
    return Payment.objects.filter(may_be_open, account__in=account_ids, date__lte=as_of).values_list(
        *("id", "account_id", "reference", "date", "amount_minor", "currency", "cancelled_on", "method"),
        named=True,
    )


def _read_uses(account_ids: Collection[int], as_of: dt.date) -> tuple[Uses, Uses, Uses]:
    of_invoices: Uses = defaultdict(list)
    of_credit_notes: Uses = defaultdict(list)
    of_payments: Uses = defaultdict(list)
    for row in _allocations(account_ids, as_of):
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
    account_ids: Collection[int], as_of: dt.date
) -> Iterable[tuple[int, int | None, int | None, dt.date, int, str, str | None, str | None]]:
    rows = Allocation.objects.filter(invoice__account__in=account_ids, date__lte=as_of).order_by("date", "id")
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


def _stated_invoice(row: Any, uses: Uses) -> StatedItem:
    return StatedItem(
        kind=row.kind,
        number=row.number,
        date=row.issue_date,
        amount_minor=row.gross_minor,
        currency=row.currency,
        due_date=row.due_date,
        uses=tuple(uses[row.id]),
    )


def _stated_payment(row: Any, uses: Uses) -> StatedItem:
    return StatedItem(
        kind=statements.PAYMENT,
        number=row.reference,
        date=row.date,
        amount_minor=row.amount_minor,
        currency=row.currency,
        uses=tuple(uses[row.id]),
        cancelled_on=row.cancelled_on,
        detail=row.method,
    )
