"""Read lines of invoices and credit notes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from sys import intern

from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.core.typed import parse_amount, parse_currency, parse_date, parse_entity_code, parse_text
from encours.intake.cells import Cells, Place
from encours.intake.documents.enclosed import EnclosedPdf, find_pdf
from encours.intake.reading.tables import Layout
from encours.languages import reader_language
from encours.parties.details import (
    ENTITY_CODE_LENGTH,
    CustomerDetails,
    EntityDetails,
    examine_customer,
    examine_entity,
)
from encours.receivables.details import NUMBER_LENGTH, InvoiceDetails, invoice_refusals
from encours.receivables.models import InvoiceKind

CUSTOMER_CODE_LENGTH = 64
ANY_DECIMALS = "TND"
"""A currency of three decimals: what an amount is checked as while its currency is refused."""

LAYOUT = Layout(
    required=(
        *("entity_code", "customer_code", "number", "kind", "issue_date", "due_date"),
        *("net", "vat", "gross", "currency"),
    ),
    optional=("pdf", "entity_name", "customer_name"),
)
COLUMNS = {"net_minor": "net", "vat_minor": "vat", "gross_minor": "gross"}


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line: an invoice or credit note, its PDF, and the names that create what is missing."""

    place: Place
    entity_code: str
    customer_code: str
    kind: str
    details: InvoiceDetails
    pdf: EnclosedPdf | None
    entity_name: str
    customer_name: str

    @property
    def key(self) -> tuple[str, str]:
        """What an invoice is known by: its entity and its number."""
        return self.entity_code, self.details.number


def parse_invoice(cells: Cells) -> InvoiceLine | None:
    """Return a row as a line, or None once its problems are told."""
    entity_code = cells.read("entity_code", read_entity_code)
    customer_code = cells.read("customer_code", read_customer_code)
    kind = cells.read("kind", _read_kind)
    details = _read_details(cells)
    pdf = _read_pdf(cells)
    entity_name, customer_name = _read_names(cells, entity_code, customer_code)
    if not (cells.are_sound and entity_code and customer_code and kind and details):
        return None
    return InvoiceLine(
        cells.place, entity_code, customer_code, kind, details, pdf, entity_name, customer_name
    )


def read_entity_code(text: str) -> str:
    """Return the code of an entity, shared in memory by all the lines that name it."""
    return intern(parse_entity_code(text, max_length=ENTITY_CODE_LENGTH))


def read_customer_code(text: str) -> str:
    """Return the code of a customer, shared in memory by all the lines that name it."""
    code = parse_text(text, max_length=CUSTOMER_CODE_LENGTH)
    if not code:
        raise Refusal(_("Il manque le code du client."))
    return intern(code)


def _read_details(cells: Cells) -> InvoiceDetails | None:
    number = cells.read("number", partial(parse_text, max_length=NUMBER_LENGTH))
    issue_date = cells.read("issue_date", parse_date)
    due_date = cells.read("due_date", parse_date)
    currency = cells.read("currency", parse_currency)
    read_amount = partial(parse_amount, currency=currency or ANY_DECIMALS)
    net, vat, gross = (cells.read(column, read_amount) for column in ("net", "vat", "gross"))
    if number is None or issue_date is None or due_date is None or currency is None:
        return None
    if net is None or vat is None or gross is None:
        return None
    details = InvoiceDetails(
        number=number,
        issue_date=issue_date,
        due_date=due_date,
        net_minor=net,
        vat_minor=vat,
        gross_minor=gross,
        currency=currency,
    )
    cells.refuse_all(invoice_refusals(details), COLUMNS)
    return details


def _read_kind(text: str) -> str:
    kind = text.strip().lower()
    if kind not in InvoiceKind.values:
        raise Refusal(_("La nature est «\u00a0invoice\u00a0» ou «\u00a0credit_note\u00a0»."))
    return intern(kind)


def _read_pdf(cells: Cells) -> EnclosedPdf | None:
    if not cells.text("pdf").strip():
        return None
    return cells.read("pdf", lambda name: find_pdf(name, Path(cells.place.file).parent))


def _read_names(cells: Cells, entity_code: str | None, customer_code: str | None) -> tuple[str, str]:
    entity_name, customer_name = cells.text("entity_name").strip(), cells.text("customer_name").strip()
    if entity_name and entity_code:
        refusals = _entity_refusals(entity_code, entity_name, reader_language())
        cells.refuse_all(refusals, {"name": "entity_name"})
    if customer_name and customer_code:
        refusals = _customer_refusals(customer_code, customer_name, reader_language())
        cells.refuse_all(refusals, {"name": "customer_name"})
    return intern(entity_name), intern(customer_name)


@lru_cache(maxsize=1024)
def _entity_refusals(code: str, name: str, _language: str) -> tuple[Refusal, ...]:
    return tuple(examine_entity(EntityDetails(code=code, name=name))[1])


@lru_cache(maxsize=1024)
def _customer_refusals(code: str, name: str, _language: str) -> tuple[Refusal, ...]:
    return tuple(examine_customer(CustomerDetails(code=code, name=name))[1])
