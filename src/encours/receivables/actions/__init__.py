"""Every write on invoices, credit notes, payments, allocations and holds."""

from __future__ import annotations

from encours.receivables.actions.allocations import allocate, undo_allocation
from encours.receivables.actions.holds import lift_hold, place_hold
from encours.receivables.actions.invoices import (
    cancel_invoice,
    correct_invoice,
    record_credit_note,
    record_invoice,
)
from encours.receivables.actions.parts import allocate_parts, receive_payment
from encours.receivables.actions.payments import (
    allocate_oldest_first,
    cancel_payment,
    correct_payment,
    record_payment,
)

__all__ = [
    "allocate",
    "allocate_oldest_first",
    "allocate_parts",
    "cancel_invoice",
    "cancel_payment",
    "correct_invoice",
    "correct_payment",
    "lift_hold",
    "place_hold",
    "receive_payment",
    "record_credit_note",
    "record_invoice",
    "record_payment",
    "undo_allocation",
]
