"""The duplicate of an invoice: drawn from its data, or the original with «DUPLICATA» stamped on its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from encours.core import french
from encours.core.days import month_number
from encours.documents import engine, frozen
from encours.documents.letterhead import Drawn, draw_pictures
from encours.documents.sender import Sender, head_data, is_head_ordinary

TEMPLATE = Path(__file__).with_name("duplicate.typ")


@dataclass(frozen=True, slots=True)
class DuplicateDocument:
    """An invoice or credit note as its data know it: ISO dates, amounts in minor units.

    ``drawn_on`` is the day of the duplicate; ``customer`` holds the lines of the customer's address block.
    """

    language: str
    kind: str
    number: str
    issue_date: str
    due_date: str
    net_minor: int
    vat_minor: int
    gross_minor: int
    currency: str
    sender: Sender
    customer: tuple[str, ...]
    drawn_on: str
    customer_code: str = ""
    customer_vat_number: str = ""

    def to_json(self) -> str:
        """Return the JSON text that is frozen with a reminder and enclosed in the PDF."""
        return frozen.to_json(self)

    @staticmethod
    def from_json(text: str) -> DuplicateDocument:
        """Return the duplicate frozen in a JSON text."""
        return frozen.from_json(DuplicateDocument, text)


def render_duplicate(duplicate: DuplicateDocument, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return the duplicate as a PDF; the same duplicate always has the same bytes.

    ``pictures`` holds those of its letterhead by their SHA-256.
    """
    drawn = draw_pictures(duplicate.sender.letterhead, pictures or {})
    return engine.render_pdf(
        TEMPLATE,
        duplicate_data(duplicate, drawn),
        date=dt.date.fromisoformat(duplicate.drawn_on),
        attachment=duplicate.to_json(),
        attached_as="facture.json",
        pictures=drawn.pictures,
    )


def duplicate_data(duplicate: DuplicateDocument, drawn: Drawn) -> dict[str, object]:
    """Return what duplicate.typ receives: texts ready to print."""
    is_french = duplicate.language == "fr"
    issued = dt.date.fromisoformat(duplicate.issue_date)
    kind = _KINDS[duplicate.kind][0 if is_french else 1]
    return {
        "language": duplicate.language,
        "title": f"{kind} {duplicate.number} – DUPLICATA",
        "author": duplicate.sender.name,
        "sender": head_data(duplicate.sender, duplicate.language, drawn),
        "customer": list(duplicate.customer),
        "is_head_ordinary": is_head_ordinary(duplicate.sender, duplicate.customer, drawn),
        "heading": f"{kind} n°{french.NO_BREAK}{duplicate.number}"
        if is_french
        else f"{kind} {duplicate.number}",
        "mark": "DUPLICATA" if is_french else "DUPLICATA (COPY)",
        "facts": [[label, value] for label, value in _facts(duplicate, issued, is_french) if value],
        "amounts": _amounts(duplicate, is_french),
        "note": _NOTES[0 if is_french else 1],
        "page": "Page",
    }


_KINDS = {"invoice": ("Facture", "Invoice"), "credit_note": ("Avoir", "Credit note")}
_NOTES = (
    "Ce duplicata est établi d'après les données comptables ; il ne remplace pas le document original.",
    "This copy is drawn from the accounting data; it does not replace the original document.",
)


def _facts(duplicate: DuplicateDocument, issued: dt.date, is_french: bool) -> list[tuple[str, str]]:
    labels = _FACT_LABELS[0 if is_french else 1]
    due = dt.date.fromisoformat(duplicate.due_date)
    values = (
        french.date(issued),
        french.document_month(month_number(issued)),
        french.date(due),
        duplicate.customer_code,
        duplicate.customer_vat_number,
        duplicate.currency,
    )
    return list(zip(labels, values, strict=True))


_FACT_LABELS = (
    ("Date d'émission", "Mois/Année", "Date d'échéance", "Code client", "N° TVA du client", "Devise"),
    ("Issue date", "Month/year", "Due date", "Customer code", "Customer VAT number", "Currency"),
)


def _amounts(duplicate: DuplicateDocument, is_french: bool) -> list[list[str]]:
    labels = ("Total H.T.", "T.V.A.", "Total T.T.C.") if is_french else ("Net", "VAT", "Total incl. VAT")
    minors = (duplicate.net_minor, duplicate.vat_minor, duplicate.gross_minor)
    return [
        [label, french.amount_with_code(minor, duplicate.currency, duplicate.language)]
        for label, minor in zip(labels, minors, strict=True)
    ]
