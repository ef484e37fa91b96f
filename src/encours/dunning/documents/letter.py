"""The reminder letter: exactly what letter.typ draws, frozen in primitives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from encours.core import french
from encours.core.days import month_number
from encours.core.money import Money, sum_by_currency
from encours.documents import engine, frozen
from encours.documents.letterhead import Drawn, draw_pictures
from encours.documents.payment import payment_data
from encours.documents.sender import Sender, head_data, is_head_ordinary
from encours.dunning.documents.words import words_of

TEMPLATE = Path(__file__).with_name("letter.typ")
LONGEST_LIST = 3
"""More invoices than this are drawn as a table (product: «a table when there are more than three»)."""


@dataclass(frozen=True, slots=True)
class LetterInvoice:
    """One invoice asked for. Dates are ISO 8601, the amount is what remains in minor units, tax included."""

    number: str
    issue_date: str
    due_date: str
    remaining_minor: int
    currency: str
    days_late: int


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the message: a ``paragraph`` of plain text, or the ``invoices`` (list or table)."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """A letter as it was decided. ``reference`` is what is printed, ``identifier`` names the file.

    ``recipient`` holds the lines of the address block; ``blocks`` the message from salutation to closing;
    ``enclosures`` says what is really enclosed. An empty ``mention`` prints no mention.
    """

    language: str
    reference: str
    identifier: str
    date: str
    mention: str
    subject: str
    sender: Sender
    recipient: tuple[str, ...]
    blocks: tuple[Block, ...]
    invoices: tuple[LetterInvoice, ...]
    enclosures: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the JSON text that is frozen with the reminder and enclosed in its PDF."""
        return frozen.to_json(self)

    @staticmethod
    def from_json(text: str) -> LetterDocument:
        """Return the letter frozen in a JSON text."""
        return frozen.from_json(LetterDocument, text)


def render_letter(letter: LetterDocument, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return the letter as a PDF; the same letter always has the same bytes.

    ``pictures`` holds those of its letterhead by their SHA-256.
    """
    drawn = draw_pictures(letter.sender.letterhead, pictures or {})
    return engine.render_pdf(
        TEMPLATE,
        letter_data(letter, drawn),
        date=dt.date.fromisoformat(letter.date),
        attachment=letter.to_json(),
        attached_as="relance.json",
        pictures=drawn.pictures,
    )


def render_letter_pictures(
    letter: LetterDocument,
    pictures: Mapping[str, bytes] | None = None,
    *,
    ppi: float = 96,
    are_tried: bool = True,
) -> list[bytes]:
    """Return the letter's pages as PNG pictures, for a live preview.

    With pictures that no letter was drawn with yet, it is first drawn in a process that can be killed:
    nobody knows what they hold. Raises DrawingError.
    """
    drawn = draw_pictures(letter.sender.letterhead, pictures or {})
    data, date = letter_data(letter, drawn), dt.date.fromisoformat(letter.date)
    if not are_tried:
        engine.try_pdf(TEMPLATE, data, date=date, pictures=drawn.pictures)
    return engine.render_pictures(TEMPLATE, data, date=date, ppi=ppi, pictures=drawn.pictures)


def letter_data(letter: LetterDocument, drawn: Drawn | None = None) -> dict[str, object]:
    """Return what letter.typ receives: texts ready to print, in the language of the letter."""
    drawn = drawn or draw_pictures(letter.sender.letterhead, {})
    words = words_of(letter.language)
    written = dt.date.fromisoformat(letter.date)
    day = french.date(written) if letter.language == "fr" else french.date_in_letters(written, "en")
    town = letter.sender.town or letter.sender.city
    return {
        "language": letter.language,
        "title": f"{letter.identifier} – {letter.subject}",
        "author": letter.sender.name,
        "sender": {
            **head_data(letter.sender, letter.language, drawn),
            "signature": letter.sender.signature,
            "signature_picture": drawn.signature,
            "signature_alternative": words.signature_of.format(name=letter.sender.name),
        },
        "recipient": list(letter.recipient),
        "is_head_ordinary": is_head_ordinary(letter.sender, letter.recipient, drawn),
        "reference": f"{words.reference}{words.colon}{letter.reference}",
        "running": f"{letter.sender.name} – {words.reference}{words.colon}{letter.reference}",
        "page": words.page,
        "place_and_date": words.place_and_date.format(town=town, day=day) if town else day,
        "mention": f"- {letter.mention} -" if letter.mention else "",
        "subject_label": f"{words.subject}{words.colon}",
        "subject": french.typeset(letter.subject, letter.language),
        "blocks": [
            {"kind": block.kind, "text": french.typeset(block.text, letter.language)}
            for block in letter.blocks
        ],
        "invoices": _invoices_data(letter),
        "enclosures_label": f"{words.enclosures}{words.colon}",
        "enclosures": list(letter.enclosures),
        "payment": payment_data(letter.sender, letter.language, letter.identifier, _payable(letter)),
    }


def totals_asked(letter: LetterDocument) -> tuple[str, ...]:
    """Return one total per currency, as the letter asks it: ``6 400,00 EUR (TTC)``."""
    totals = sum_by_currency(Money(line.remaining_minor, line.currency) for line in letter.invoices)
    inclusive = words_of(letter.language).tax_included
    return tuple(
        f"{french.amount_with_code(total.minor, total.currency, letter.language)} ({inclusive})"
        for total in totals.values()
    )


def _payable(letter: LetterDocument) -> int:
    """Return the cents that a transfer code may ask for; nothing where other currencies are asked."""
    currencies = {line.currency for line in letter.invoices}
    if not letter.sender.letterhead.has_payment_block or currencies != {"EUR"}:
        return 0
    return sum(line.remaining_minor for line in letter.invoices)


def invoice_sentence(line: LetterInvoice, language: str) -> str:
    """Return the line of one invoice in a list, without its dash."""
    words = words_of(language)
    return words.invoice_line.format(
        number=line.number,
        month=french.document_month(month_number(dt.date.fromisoformat(line.issue_date))),
        amount=french.amount_with_code(line.remaining_minor, line.currency, language),
        due=french.date(dt.date.fromisoformat(line.due_date)),
    )


def _invoices_data(letter: LetterDocument) -> dict[str, object]:
    words = words_of(letter.language)
    return {
        "is_table": len(letter.invoices) > LONGEST_LIST,
        "sentences": [f"- {invoice_sentence(line, letter.language)}" for line in letter.invoices],
        "header": list(words.table_header),
        "rows": [_row(line, letter.language) for line in letter.invoices],
        "total_label": f"{words.total}{words.colon}",
        "totals": list(totals_asked(letter)),
    }


def _row(line: LetterInvoice, language: str) -> list[str]:
    issued = dt.date.fromisoformat(line.issue_date)
    return [
        line.number,
        french.document_month(month_number(issued)),
        french.date(dt.date.fromisoformat(line.due_date)),
        str(line.days_late) if line.days_late > 0 else "–",
        french.amount(line.remaining_minor, line.currency, language),
        line.currency,
    ]
