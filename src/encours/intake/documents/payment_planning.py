"""Decide what each payment of a file creates, and whether its allocations fit on every day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.core import french
from encours.core.allocation import default_date, room_for, room_from
from encours.core.money import Money
from encours.core.open_items import Entry, OpenItem
from encours.intake.cells import Place, refuse_at
from encours.intake.documents.parties import PartiesFinder
from encours.intake.documents.payment_lines import (
    Part,
    PaymentGroup,
    PaymentLine,
    values_in_words,
)
from encours.intake.documents.payment_state import KnownDocument, KnownPayment, PaymentState
from encours.intake.importing import Counts
from encours.intake.problems import Findings, contradiction
from encours.languages import with_code
from encours.receivables.details import PaymentDetails
from encours.receivables.models import InvoiceKind

_WRONG_KIND = {
    InvoiceKind.INVOICE: gettext_lazy("C'est un avoir, pas une facture."),
    InvoiceKind.CREDIT_NOTE: gettext_lazy("C'est une facture, pas un avoir."),
}


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """A payment to create."""

    entity_id: int
    customer_id: int
    details: PaymentDetails


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """An allocation to create: of a new payment, of a known one, or of a credit note."""

    entity_id: int
    customer_id: int
    invoice_id: int
    payment: PlannedPayment | None
    payment_id: int | None
    credit_note_id: int | None
    amount_minor: int
    date: dt.date


@dataclass(frozen=True, slots=True)
class _Source:
    """The payment or credit note whose parts are allocated."""

    group: PaymentGroup
    entity_id: int
    customer_id: int
    account_id: int | None
    item: OpenItem
    entries: list[Entry]
    earliest: dt.date
    planned: PlannedPayment | None = None
    payment: KnownPayment | None = None
    credit_note: KnownDocument | None = None


class PaymentPlanner:
    """Turns groups of lines into payments and allocations, one after the other."""

    def __init__(self, state: PaymentState, findings: Findings, today: dt.date) -> None:
        self.payments: list[PlannedPayment] = []
        self.uses: list[PlannedUse] = []
        self._created = self._unchanged = self._updated = 0
        self._state = state
        self._findings = findings
        self._today = today
        self._finder = PartiesFinder(state.parties, findings)
        self._of_document: dict[int, list[Entry]] = defaultdict(list)
        self._of_payment: dict[int, list[Entry]] = defaultdict(list)
        self._between: dict[tuple[int, int | None, int | None], list[int]] = defaultdict(list)
        for _id, (invoice_id, payment_id, credit_note_id, amount, date) in sorted(state.uses):
            entry = Entry(date, amount)
            self._of_document[invoice_id].append(entry)
            if payment_id is not None:
                self._of_payment[payment_id].append(entry)
            if credit_note_id is not None:
                self._of_document[credit_note_id].append(entry)
            self._between[invoice_id, payment_id, credit_note_id].append(amount)

    @property
    def counts(self) -> Counts:
        """What is done to payments, and to credit notes that are used."""
        return Counts(self._created, self._unchanged, self._updated)

    def check_line(self, line: PaymentLine) -> None:
        """Tell an entity or a customer that is not known."""
        self._finder.find_entity(line.place, line.entity_code)
        self._finder.find_customer(line.place, line.customer_code)

    def add(self, group: PaymentGroup) -> None:
        """Plan one payment, or the uses of one credit note."""
        source = self._find_source(group)
        if source is None:
            return
        are_new = [self._add_part(source, part) for part in group.parts]
        if source.planned is not None or (are_new and all(are_new) and source.credit_note is not None):
            self._created += 1
        elif any(are_new):
            self._updated += 1
        else:
            self._unchanged += 1

    def _find_source(self, group: PaymentGroup) -> _Source | None:
        first, parties = group.first, self._state.parties
        entity_id = parties.entity_ids.get(first.entity_code)
        customer_id = parties.customer_ids.get(first.customer_code)
        if entity_id is None or customer_id is None:
            return None
        account_id = self._state.account_ids.get((entity_id, customer_id))
        ids = (entity_id, customer_id, account_id)
        if first.is_credit_note:
            return self._credit_note_source(group, *ids)
        known = self._state.payments.get((account_id or 0, first.details.reference))
        if known is not None:
            self._compare(first, values_in_words(known.details))
            entries = self._of_payment[known.id]
            return _Source(group, *ids, known.item(entries), entries, first.details.date, payment=known)
        planned = PlannedPayment(entity_id, customer_id, first.details)
        self.payments.append(planned)
        entries = []
        item = KnownPayment(0, first.details, None).item(entries)
        return _Source(group, *ids, item, entries, first.details.date, planned=planned)

    def _credit_note_source(
        self, group: PaymentGroup, entity_id: int, customer_id: int, account_id: int | None
    ) -> _Source | None:
        first = group.first
        known = self._state.documents.get((first.entity_code, first.details.reference))
        if known is None:
            message = _("Avoir inconnu dans cette entité\u00a0: importez-le d'abord.")
            self._refuse(first.place, "reference", first.details.reference, message)
            return None
        if not self._is_of(known, InvoiceKind.CREDIT_NOTE, account_id, first.place, "reference"):
            return None
        gross = with_code(Money(known.gross_minor, known.currency))
        self._compare(first, {"amount": gross, "currency": known.currency})
        entries = self._of_document[known.id]
        item = known.item(entries)
        earliest = first.details.date
        return _Source(group, entity_id, customer_id, account_id, item, entries, earliest, credit_note=known)

    def _add_part(self, source: _Source, part: Part) -> bool:
        """Plan one allocation; return False where it is in place already or refused."""
        first = source.group.first
        invoice = self._state.documents.get((first.entity_code, part.invoice_number))
        if invoice is None:
            message = _("Facture inconnue dans cette entité\u00a0: importez-la d'abord.")
            self._refuse(part.place, "invoice_number", part.invoice_number, message)
            return False
        if not self._is_of(invoice, InvoiceKind.INVOICE, source.account_id, part.place, "invoice_number"):
            return False
        if invoice.currency != first.details.currency:
            sentence = _("Cette facture est en %(one)s, le règlement en %(other)s.")
            message = sentence % {"one": invoice.currency, "other": first.details.currency}
            self._refuse(part.place, "currency", first.details.currency, message)
            return False
        if self._is_in_place(source, invoice, part):
            return False
        return self._fits(source, invoice, part)

    def _is_in_place(self, source: _Source, invoice: KnownDocument, part: Part) -> bool:
        """Tell whether this allocation was made before, even if undone since; another amount contradicts."""
        payment_id = source.payment.id if source.payment else None
        credit_note_id = source.credit_note.id if source.credit_note else None
        if payment_id is None and credit_note_id is None:
            return False
        before = self._between.get((invoice.id, payment_id, credit_note_id), [])
        if part.amount_minor in before or (before and part.amount_minor == sum(before)):
            return True
        if sum(before) == 0:
            return False
        recorded = with_code(Money(sum(before), invoice.currency))
        read = with_code(Money(part.amount_minor, invoice.currency))
        sentence = _(
            "Déjà lettré pour «\u00a0%(recorded)s\u00a0»\u202f; le fichier dit «\u00a0%(read)s\u00a0»."
        )
        message = sentence % {"recorded": recorded, "read": read}
        self._refuse(part.place, "allocated", read, message)
        return True

    def _fits(self, source: _Source, invoice: KnownDocument, part: Part) -> bool:
        entries = self._of_document[invoice.id]
        item = invoice.item(entries)
        day = max(default_date(source.item, item), source.earliest)
        if day > self._today:
            message = _("Ce lettrage ne serait daté que du %s, un jour à venir.") % french.date(day)
            self._refuse(part.place, "invoice_number", part.invoice_number, message)
            return False
        room = room_for(source.item, item, day)
        if part.amount_minor > room:
            of_invoice = _("la facture %s") % invoice.number
            name = _name(source) if room_from(source.item, day) == room else of_invoice
            amount = with_code(Money(part.amount_minor, invoice.currency))
            left = with_code(Money(room, invoice.currency))
            sentence = _("Il ne reste que %(left)s sur %(name)s au %(day)s\u202f; ici %(amount)s.")
            message = sentence % {"left": left, "name": name, "day": french.date(day), "amount": amount}
            self._refuse(part.place, "allocated", amount, message)
            return False
        entry = Entry(day, part.amount_minor)
        entries.append(entry)
        source.entries.append(entry)
        self.uses.append(
            PlannedUse(
                entity_id=source.entity_id,
                customer_id=source.customer_id,
                invoice_id=invoice.id,
                payment=source.planned,
                payment_id=source.payment.id if source.payment else None,
                credit_note_id=source.credit_note.id if source.credit_note else None,
                amount_minor=part.amount_minor,
                date=day,
            )
        )
        return True

    def _is_of(
        self, known: KnownDocument, kind: InvoiceKind, account_id: int | None, place: Place, column: str
    ) -> bool:
        """Tell whether a document is of this kind and account; otherwise that is a problem."""
        if known.kind != kind:
            message = str(_WRONG_KIND[kind])
            self._refuse(place, column, known.number, message)
            return False
        if known.account_id != account_id:
            message = _("Ce document est du client «\u00a0%s\u00a0».") % known.customer_code
            self._refuse(place, column, known.number, message)
            return False
        return True

    def _compare(self, line: PaymentLine, recorded: dict[str, str]) -> None:
        read = values_in_words(line.details)
        for column, words in recorded.items():
            said = read[column]
            if said != words:
                self._refuse(line.place, column, said, contradiction(words, said))

    def _refuse(self, place: Place, column: str, value: str, message: str) -> None:
        refuse_at(self._findings, place, column, value, message)


def _name(source: _Source) -> str:
    if source.payment is not None and source.payment.cancelled_on is not None:
        day = french.date(source.payment.cancelled_on)
        return _("le règlement %(number)s, annulé le %(day)s,") % {"number": source.item.number, "day": day}
    if source.credit_note:
        return _("l'avoir %s") % source.item.number
    return _("le règlement %s") % source.item.number
