"""Turn synthetic documents and reminders into the rows of our tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import count
from operator import attrgetter

from encours.bulk import Row, insert_rows, reset_sequences
from encours.core.days import month_number
from encours.desk.synthetic.ledger import AccountLedger, DraftInvoice
from encours.desk.synthetic.people import ENTITIES
from encours.desk.synthetic.reminders import DraftReminder
from encours.dunning.models import Reminder, ReminderCounter, ReminderLine
from encours.receivables.models import Allocation, Invoice, Payment

_SEVERITY_NAMES = {3: "Moyenne", 4: "Élevée"}
_NOON = dt.time(12, tzinfo=dt.UTC)


def write_ledgers(ledgers: Sequence[AccountLedger]) -> None:
    """Insert the documents and allocations of some accounts."""
    insert_rows(
        Invoice,
        (
            *("id", "account_id", "entity_id", "number", "kind", "issue_date", "issue_month", "due_date"),
            *("net_minor", "vat_minor", "gross_minor", "currency", "remaining_minor", "reminder_count"),
            "last_reminded_at",
        ),
        (_invoice_row(ledger, invoice) for ledger in ledgers for invoice in ledger.invoices),
    )
    insert_rows(
        Payment,
        ("id", "account_id", "reference", "date", "amount_minor", "currency", "method", "remaining_minor"),
        (
            (
                *(payment.id, ledger.account.id, f"VIR-{payment.id:08d}", payment.date, payment.amount),
                *(ledger.account.currency, "transfer", payment.remaining),
            )
            for ledger in ledgers
            for payment in ledger.payments
        ),
    )
    insert_rows(
        Allocation,
        ("invoice_id", "payment_id", "credit_note_id", "amount_minor", "date", "created_at"),
        (
            (
                a.invoice_id,
                a.payment_id,
                a.credit_note_id,
                a.amount,
                a.date,
                dt.datetime.combine(a.date, _NOON),
            )
            for ledger in ledgers
            for a in ledger.allocations
        ),
    )
    reset_sequences(Invoice, Payment)


def write_reminders(reminders: Sequence[DraftReminder]) -> None:
    """Insert reminders, numbered per entity in the order in which they were made."""
    numbers = [count(1) for _ in ENTITIES]
    insert_rows(
        Reminder,
        (
            *("id", "entity_id", "account_id", "number", "reference", "state", "delivery_state", "counts"),
            *("mode", "template_code", "template_version", "template_name", "severity_rank", "severity_name"),
            *("language", "subject", "message", "author_name", "created_at", "date", "issued_at", "frozen"),
            "idempotency_key",
        ),
        (
            _reminder_row(r, next(numbers[r.entity_index]))
            for r in sorted(reminders, key=attrgetter("made_at"))
        ),
    )
    insert_rows(
        ReminderLine,
        (
            *("reminder_id", "invoice_id", "number", "issue_date", "due_date", "net_minor", "gross_minor"),
            *("remaining_minor", "currency", "days_late"),
        ),
        _line_rows(reminders),
    )
    insert_rows(
        ReminderCounter,
        ("entity_id", "last_number"),
        [(position, next(number) - 1) for position, number in enumerate(numbers, start=1)],
    )
    reset_sequences(Reminder)


def _number(entity_index: int, invoice: DraftInvoice) -> str:
    prefix = "AV" if invoice.kind == "credit_note" else "FA"
    return f"{prefix}{ENTITIES[entity_index].code[0]}-{invoice.issued:%Y%m}-{invoice.id:07d}"


def _invoice_row(ledger: AccountLedger, invoice: DraftInvoice) -> Row:
    account, last = ledger.account, invoice.last_reminded_on
    return (
        *(invoice.id, account.id, account.entity_index + 1, _number(account.entity_index, invoice)),
        *(invoice.kind, invoice.issued, month_number(invoice.issued), invoice.due, invoice.net, invoice.vat),
        *(invoice.gross, account.currency, invoice.remaining, invoice.reminder_count),
        last and dt.datetime.combine(last, _NOON),
    )


def _reminder_row(reminder: DraftReminder, number: int) -> Row:
    code = ENTITIES[reminder.entity_index].code
    letter = reminder.mode == "letter"
    template = f"{'L' if letter else 'E'}{reminder.level}"
    return (
        *(reminder.id, reminder.entity_index + 1, reminder.account_id, number, f"{code}-{number}"),
        "cancelled" if reminder.delivery_state == "cancelled" else "issued",
        *(reminder.delivery_state, reminder.counts, reminder.mode, template, 1, f"Relance {reminder.level}"),
        *(
            reminder.severity,
            _SEVERITY_NAMES[reminder.severity],
            "fr",
            "Relance",
            "Relance",
            "Jeu synthétique",
        ),
        *(reminder.made_at, reminder.made_at.date(), reminder.made_at, "{}", f"synthetic-{reminder.id}"),
    )


def _line_rows(reminders: Sequence[DraftReminder]) -> Iterator[Row]:
    for reminder in reminders:
        for invoice, left in reminder.lines:
            yield (
                *(
                    reminder.id,
                    invoice.id,
                    _number(reminder.entity_index, invoice),
                    invoice.issued,
                    invoice.due,
                ),
                *(invoice.net, invoice.gross, left, reminder.currency),
                (reminder.made_at.date() - invoice.due).days,
            )
