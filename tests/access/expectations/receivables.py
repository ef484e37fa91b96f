"""Accounts, invoices and payments are seen by readers, changed by who reminds."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Fields, Page
from tests.access.world import Side

READER, COLLECTOR = Role.READER, Role.COLLECTOR


def _account(side: Side) -> Fields:
    return {"pk": side.account.pk}


def _invoice(side: Side) -> Fields:
    return {"pk": side.invoice.pk}


def _credit_note(side: Side) -> Fields:
    return {"pk": side.credit_note.pk}


def _payment(side: Side) -> Fields:
    return {"pk": side.payment.pk}


def _part(side: Side) -> Fields:
    return {f"montant_{side.invoice.pk}": "1,00"}


PAGES = {
    "receivables:account": Page(get=READER, args=_account),
    "receivables:new_invoice": Page(get=COLLECTOR, post=COLLECTOR, args=_account),
    "receivables:new_credit_note": Page(get=COLLECTOR, post=COLLECTOR, args=_account),
    "receivables:new_payment": Page(get=COLLECTOR, post=COLLECTOR, args=_account, body=_part),
    "receivables:hold_account": Page(get=COLLECTOR, post=COLLECTOR, args=_account),
    "receivables:invoice": Page(get=READER, args=_invoice),
    "receivables:invoice_pdf": Page(get=READER, args=_invoice),
    "receivables:correct_invoice": Page(get=COLLECTOR, post=COLLECTOR, args=_invoice),
    "receivables:cancel_invoice": Page(get=COLLECTOR, post=COLLECTOR, args=_invoice),
    "receivables:hold_invoice": Page(get=COLLECTOR, post=COLLECTOR, args=_invoice),
    "receivables:allocate_credit_note": Page(get=COLLECTOR, post=COLLECTOR, args=_credit_note, body=_part),
    "receivables:payment": Page(get=READER, args=_payment),
    "receivables:correct_payment": Page(get=COLLECTOR, post=COLLECTOR, args=_payment),
    "receivables:cancel_payment": Page(get=COLLECTOR, post=COLLECTOR, args=_payment),
    "receivables:allocate_payment": Page(get=COLLECTOR, post=COLLECTOR, args=_payment, body=_part),
    "receivables:undo_allocation": Page(post=COLLECTOR, args=lambda side: {"pk": side.allocation.pk}),
    "receivables:lift_hold": Page(post=COLLECTOR, args=lambda side: {"pk": side.hold.pk}),
}
