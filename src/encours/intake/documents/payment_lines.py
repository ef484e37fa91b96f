"""Read lines of payments, and gather those of one reference into one payment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from sys import intern

from django.utils.translation import gettext as _

from encours.core import french
from encours.core.money import Money
from encours.core.typed import parse_amount, parse_currency, parse_date, parse_text
from encours.intake.cells import Cells, Place, refuse_at
from encours.intake.documents.invoice_lines import ANY_DECIMALS, read_customer_code, read_entity_code
from encours.intake.problems import Findings
from encours.intake.reading.tables import Layout
from encours.languages import with_code
from encours.receivables.details import (
    METHOD_LENGTH,
    NUMBER_LENGTH,
    REFERENCE_LENGTH,
    PaymentDetails,
    payment_refusals,
)

CREDIT_NOTE = "credit_note"
LAYOUT = Layout(
    required=("entity_code", "customer_code", "reference", "date", "amount", "currency", "method"),
    optional=("invoice_number", "allocated"),
)
COLUMNS = {"amount_minor": "amount"}

GroupKey = tuple[str, str, str, bool]
"""Entity, customer, reference, and whether the reference is a credit note's number."""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One line: a payment, and the part of it that is allocated to one invoice, if it names one."""

    place: Place
    entity_code: str
    customer_code: str
    details: PaymentDetails
    invoice_number: str
    allocated_minor: int | None

    @property
    def is_credit_note(self) -> bool:
        """Tell whether the line allocates a credit note rather than a payment."""
        return self.details.method == CREDIT_NOTE

    @property
    def key(self) -> GroupKey:
        """What a payment is known by."""
        return self.entity_code, self.customer_code, self.details.reference, self.is_credit_note


@dataclass(frozen=True, slots=True)
class Part:
    """What one line allocates to one invoice."""

    place: Place
    invoice_number: str
    amount_minor: int


@dataclass(slots=True)
class PaymentGroup:
    """The lines of one reference: one payment, or the uses of one credit note."""

    first: PaymentLine
    parts: list[Part] = field(default_factory=list)
    has_remainder_line: bool = False


def read_payment(cells: Cells, today: dt.date) -> PaymentLine | None:
    """Return a row as a line, or None once its problems are told."""
    entity_code = cells.read("entity_code", read_entity_code)
    customer_code = cells.read("customer_code", read_customer_code)
    currency = cells.read("currency", parse_currency)
    details = _read_details(cells, currency, today)
    invoice_number = cells.read("invoice_number", partial(parse_text, max_length=NUMBER_LENGTH))
    allocated = _read_allocated(cells, currency, invoice_number)
    if not (cells.are_sound and entity_code and customer_code and details):
        return None
    return PaymentLine(cells.place, entity_code, customer_code, details, invoice_number or "", allocated)


def gather(lines: Sequence[PaymentLine], findings: Findings) -> dict[GroupKey, PaymentGroup]:
    """Return one group a payment; lines that disagree, or allocate more than its amount, are problems."""
    groups: dict[GroupKey, PaymentGroup] = {}
    count: dict[GroupKey, int] = {}
    for line in lines:
        count[line.key] = count.get(line.key, 0) + 1
    for line in lines:
        group = groups.setdefault(line.key, PaymentGroup(line))
        if _agrees(group.first, line, findings):
            _add_part(group, line, is_alone=count[line.key] == 1, findings=findings)
    return groups


def _read_details(cells: Cells, currency: str | None, today: dt.date) -> PaymentDetails | None:
    reference = cells.read("reference", partial(parse_text, max_length=REFERENCE_LENGTH))
    date = cells.read("date", parse_date)
    amount = cells.read("amount", partial(parse_amount, currency=currency or ANY_DECIMALS))
    method = cells.read("method", partial(parse_text, max_length=METHOD_LENGTH))
    if reference is None or date is None or amount is None or method is None or currency is None:
        return None
    details = PaymentDetails(
        reference=reference, date=date, amount_minor=amount, currency=currency, method=intern(method)
    )
    cells.refuse_all(payment_refusals(details, today=today), COLUMNS)
    return details


def _read_allocated(cells: Cells, currency: str | None, invoice_number: str | None) -> int | None:
    if not cells.text("allocated").strip():
        return None
    allocated = cells.read("allocated", partial(parse_amount, currency=currency or ANY_DECIMALS))
    if allocated is None:
        return None
    if allocated < 0 or (allocated == 0 and invoice_number):
        cells.refuse("allocated", _("Le montant lettré doit être supérieur à zéro."))
    elif allocated and invoice_number == "":
        cells.refuse("allocated", _("Un montant est lettré, mais le numéro de facture manque."))
    return allocated


def _agrees(first: PaymentLine, line: PaymentLine, findings: Findings) -> bool:
    differences = list(_differences(first.details, line.details))
    for column, said, value in differences:
        sentence = _("%(file)s, ligne %(line)s, dit «\u00a0%(said)s\u00a0» pour la même référence.")
        message = sentence % {"file": first.place.file, "line": first.place.line, "said": said}
        refuse_at(findings, line.place, column, value, message)
    return not differences


def _differences(first: PaymentDetails, line: PaymentDetails) -> Iterator[tuple[str, str, str]]:
    if first == line:
        return
    for name, said in values_in_words(first).items():
        value = values_in_words(line)[name]
        if value != said:
            yield name, said, value


def values_in_words(details: PaymentDetails) -> dict[str, str]:
    """Return the values of a payment by column, as a person compares them."""
    return {
        "date": french.date(details.date),
        "amount": with_code(Money(details.amount_minor, details.currency)),
        "currency": details.currency,
        "method": details.method,
    }


def _add_part(group: PaymentGroup, line: PaymentLine, *, is_alone: bool, findings: Findings) -> None:
    if not line.invoice_number:
        if group.has_remainder_line:
            message = _("Ce règlement est déjà donné sans facture plus haut.")
            refuse_at(findings, line.place, "reference", line.details.reference, message)
        group.has_remainder_line = True
        return
    if any(part.invoice_number == line.invoice_number for part in group.parts):
        message = _("Cette facture est déjà lettrée avec ce règlement plus haut.")
        refuse_at(findings, line.place, "invoice_number", line.invoice_number, message)
        return
    amount = line.allocated_minor
    if amount is None and not is_alone:
        message = _("Ce règlement a plusieurs lignes\u00a0: donnez le montant lettré de chacune.")
        refuse_at(findings, line.place, "allocated", "", message)
        return
    amount = line.details.amount_minor if amount is None else amount
    total = sum(part.amount_minor for part in group.parts) + amount
    if total > line.details.amount_minor:
        currency = line.details.currency
        sentence = _("Les montants lettrés, %(total)s, dépassent celui du règlement, %(amount)s.")
        message = sentence % {
            "total": with_code(Money(total, currency)),
            "amount": with_code(Money(line.details.amount_minor, currency)),
        }
        value = with_code(Money(amount, currency))
        refuse_at(findings, line.place, "allocated", value, message)
        return
    group.parts.append(Part(line.place, line.invoice_number, amount))
