"""Write many invoices, payments and allocations at once, a constant number of statements a chunk.

Everything here runs inside the caller's transaction, whose accounts are locked, on details without refusals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import connection

from encours.bulk import insert_rows, reserve_ids, update_rows
from encours.core.days import month_number
from encours.receivables.details import InvoiceDetails, PaymentDetails
from encours.receivables.figures import lock_accounts, refresh_accounts
from encours.receivables.models import Allocation, Invoice, Payment
from encours.receivables.months import Dated, add_to_months

CHUNK = 5_000

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice or credit note to insert, nothing allocated to it yet."""

    account_id: int
    entity_id: int
    kind: str
    details: InvoiceDetails
    original_sha256: str = ""
    original_filename: str = ""


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment to insert under an id that is reserved for it, nothing allocated yet."""

    id: int
    account_id: int
    details: PaymentDetails


@dataclass(frozen=True, slots=True)
class NewAllocation:
    """Part of a payment or of a credit note, one of the two, for an invoice."""

    invoice_id: int
    payment_id: int | None
    credit_note_id: int | None
    amount_minor: int
    date: dt.date


def lock_in_order(account_ids: Iterable[int]) -> None:
    """Lock accounts, lowest id first, however many they are."""
    for chunk in _chunks(sorted(set(account_ids))):
        lock_accounts(chunk)


def insert_invoices(invoices: Iterable[NewInvoice], *, now: dt.datetime) -> None:
    """Insert invoices and credit notes, all of their amount remaining."""
    for chunk in _chunks(invoices):
        ids = reserve_ids(Invoice, len(chunk))
        insert_rows(
            Invoice,
            (
                *("id", "account_id", "entity_id", "number", "kind", "issue_date", "issue_month"),
                *("due_date", "net_minor", "vat_minor", "gross_minor", "currency", "remaining_minor"),
                *("original_sha256", "original_filename", "recorded_at"),
            ),
            (
                (
                    *(id, new.account_id, new.entity_id, new.details.number, new.kind),
                    *(new.details.issue_date, month_number(new.details.issue_date), new.details.due_date),
                    *(new.details.net_minor, new.details.vat_minor, new.details.gross_minor),
                    *(new.details.currency, new.details.gross_minor),
                    *(new.original_sha256, new.original_filename, now),
                )
                for id, new in zip(ids, chunk, strict=True)
            ),
        )
        add_to_months(Dated(invoices=ids))


def attach_originals(originals: Mapping[int, tuple[str, str]]) -> None:
    """Give invoices, by id, the SHA-256 and the file name of their original PDF."""
    rows = [(id, *original) for id, original in originals.items()]
    update_rows(Invoice, ("original_sha256", "original_filename"), rows)


def insert_payments(payments: Iterable[NewPayment], *, now: dt.datetime) -> None:
    """Insert payments, all of their amount remaining."""
    for chunk in _chunks(payments):
        insert_rows(
            Payment,
            (
                *("id", "account_id", "reference", "date", "amount_minor", "currency", "method"),
                *("remaining_minor", "recorded_at"),
            ),
            (
                (
                    *(new.id, new.account_id, new.details.reference, new.details.date),
                    *(new.details.amount_minor, new.details.currency, new.details.method),
                    *(new.details.amount_minor, now),
                )
                for new in chunk
            ),
        )
        add_to_months(Dated(payments=[new.id for new in chunk]))


def insert_allocations(allocations: Collection[NewAllocation], *, author_name: str, now: dt.datetime) -> None:
    """Insert allocations and keep what remains of all the documents they touch."""
    for chunk in _chunks(allocations):
        ids = reserve_ids(Allocation, len(chunk))
        insert_rows(
            Allocation,
            (
                *("id", "invoice_id", "payment_id", "credit_note_id", "amount_minor", "date"),
                *("author_name", "created_at"),
            ),
            (
                (
                    *(id, new.invoice_id, new.payment_id, new.credit_note_id, new.amount_minor, new.date),
                    *(author_name, now),
                )
                for id, new in zip(ids, chunk, strict=True)
            ),
        )
        add_to_months(Dated(allocations=ids))
    invoice_ids = {new.invoice_id for new in allocations}
    credit_note_ids = {new.credit_note_id for new in allocations if new.credit_note_id is not None}
    payment_ids = {new.payment_id for new in allocations if new.payment_id is not None}
    _keep_remaining("receivables_invoice", "gross_minor", "invoice_id", invoice_ids)
    _keep_remaining("receivables_invoice", "gross_minor", "credit_note_id", credit_note_ids)
    _keep_remaining("receivables_payment", "amount_minor", "payment_id", payment_ids)


def refresh(account_ids: Iterable[int], *, today: dt.date) -> None:
    """Write the kept figures of accounts, however many they are."""
    for chunk in _chunks(sorted(set(account_ids))):
        refresh_accounts(chunk, today=today)


def _keep_remaining(table: str, amount: str, side: str, ids: Collection[int]) -> None:
    """Write again what is left of documents in the end, from all their entries (core.open_items)."""
    for chunk in _chunks(sorted(ids)):
        marks = ", ".join(["%s"] * len(chunk))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET remaining_minor = {amount} - (SELECT SUM(entry.amount_minor)"  # noqa: S608
                f" FROM receivables_allocation AS entry WHERE entry.{side} = {table}.id)"
                f" WHERE id IN ({marks})",
                chunk,
            )


def _chunks(items: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
