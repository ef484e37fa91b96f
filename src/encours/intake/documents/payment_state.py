"""Read what the database knows of the payments, credit notes and invoices that lines of payments name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from encours.core.money import Money
from encours.core.open_items import Entry, OpenItem
from encours.intake.documents.parties import KnownParties, read_parties
from encours.intake.documents.payment_lines import PaymentLine
from encours.intake.known import chunks
from encours.parties.bulk import find_accounts
from encours.receivables.details import PaymentDetails
from encours.receivables.models import Allocation, Invoice, Payment


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """An invoice or credit note of the database."""

    id: int
    account_id: int
    customer_code: str
    kind: str
    number: str
    date: dt.date
    gross_minor: int
    currency: str

    def item(self, entries: list[Entry]) -> OpenItem:
        """Return the document as core reckons with it; the list of entries stays shared."""
        return OpenItem(self.id, self.number, self.date, Money(self.gross_minor, self.currency), entries)


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment of the database."""

    id: int
    details: PaymentDetails
    cancelled_on: dt.date | None

    def item(self, entries: list[Entry]) -> OpenItem:
        """Return the payment as core reckons with it; the list of entries stays shared."""
        amount = Money(self.details.amount_minor, self.details.currency)
        return OpenItem(
            self.id, self.details.reference, self.details.date, amount, entries, None, self.cancelled_on
        )


Use = tuple[int, int | None, int | None, int, dt.date]
"""An allocation: invoice, payment, credit note, amount in minor units, date."""


@dataclass(frozen=True, slots=True)
class PaymentState:
    """The parties, accounts, documents, payments and allocations concerned."""

    parties: KnownParties
    account_ids: dict[tuple[int, int], int]
    documents: dict[tuple[str, str], KnownDocument]
    payments: dict[tuple[int, str], KnownPayment]
    uses: frozenset[tuple[int, Use]]


def read_payment_state(lines: Sequence[PaymentLine]) -> PaymentState:
    """Return all that the lines name, a constant number of statements per five thousand of them."""
    parties = read_parties({line.entity_code for line in lines}, {line.customer_code for line in lines})
    pairs: set[tuple[int, int]] = set()
    numbers: dict[str, set[str]] = defaultdict(set)
    references: set[str] = set()
    for line in lines:
        entity_id = parties.entity_ids.get(line.entity_code)
        customer_id = parties.customer_ids.get(line.customer_code)
        if entity_id is None:
            continue
        if customer_id is not None:
            pairs.add((entity_id, customer_id))
        if line.invoice_number:
            numbers[line.entity_code].add(line.invoice_number)
        if line.is_credit_note:
            numbers[line.entity_code].add(line.details.reference)
        else:
            references.add(line.details.reference)
    account_ids = find_accounts(pairs)
    documents = _read_documents(parties, numbers)
    payments = _read_payments(account_ids.values(), references)
    uses = _read_uses(
        [document.id for document in documents.values()], [payment.id for payment in payments.values()]
    )
    return PaymentState(parties, account_ids, documents, payments, uses)


def _read_documents(
    parties: KnownParties, numbers: dict[str, set[str]]
) -> dict[tuple[str, str], KnownDocument]:
    documents: dict[tuple[str, str], KnownDocument] = {}
    for code, wanted in numbers.items():
        for chunk in chunks(sorted(wanted)):
            rows = Invoice.objects.filter(entity_id=parties.entity_ids[code], number__in=chunk)
            for row in rows.values_list(
                *("id", "account_id", "account__customer__code", "kind", "number", "issue_date"),
                *("gross_minor", "currency"),
            ):
                document = KnownDocument(*row)
                documents[code, document.number] = document
    return documents


def _read_payments(
    account_ids: Iterable[int], references: Collection[str]
) -> dict[tuple[int, str], KnownPayment]:
    payments: dict[tuple[int, str], KnownPayment] = {}
    for chunk in chunks(sorted(set(account_ids))):
        rows = Payment.objects.filter(account_id__in=chunk)
        for row in rows.values_list(
            "id", "account_id", "cancelled_on", "reference", "date", "amount_minor", "currency", "method"
        ).iterator(chunk_size=5_000):
            id, account_id, cancelled_on, reference, date, amount_minor, currency, method = row
            if reference in references:
                details = PaymentDetails(
                    reference=reference,
                    date=date,
                    amount_minor=amount_minor,
                    currency=currency,
                    method=method,
                )
                payments[account_id, reference] = KnownPayment(id, details, cancelled_on)
    return payments


def _read_uses(document_ids: Sequence[int], payment_ids: Sequence[int]) -> frozenset[tuple[int, Use]]:
    """Return the allocations that touch any of these, each once, with their ids."""
    found: set[tuple[int, Use]] = set()
    for side, ids in (
        ("invoice_id", document_ids),
        ("credit_note_id", document_ids),
        ("payment_id", payment_ids),
    ):
        for chunk in chunks(ids):
            rows = Allocation.objects.filter(**{f"{side}__in": chunk})
            for row in rows.values_list(
                "id", "invoice_id", "payment_id", "credit_note_id", "amount_minor", "date"
            ):
                found.add((row[0], row[1:]))
    return frozenset(found)
