"""Draw the files of a frozen reminder: the letter or the message, its statement, its duplicates.

Nothing here reads the database: it also runs in the drawing processes, which have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from encours.dunning.documents.letter import render_letter
from encours.dunning.issuing.email import Attachment, compose
from encours.dunning.issuing.frozen import FrozenDuplicate, FrozenReminder
from encours.receivables.documents.duplicate import render_duplicate
from encours.receivables.documents.stamp import UnreadablePdf, stamp_original
from encours.statements.documents.drawing import render_statement
from encours.statements.documents.statement import file_name

PDF = "application/pdf"
MIME = "message/rfc822"
LETTER, MESSAGE, STATEMENT, DUPLICATE = "letter", "message", "statement", "duplicate"


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """One file of a reminder; the first one is what is printed or sent."""

    kind: str
    filename: str
    media_type: str
    label: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DrawingOrder:
    """All that the files of a reminder are drawn from: its frozen text, and the bytes that it names.

    ``originals`` are the invoices to be stamped and the pictures of the letterhead, by their SHA-256.
    """

    frozen: str
    statement_label: str
    originals: Mapping[str, bytes] = field(default_factory=dict)


def draw(order: DrawingOrder) -> list[DrawnFile]:
    """Return the files of a reminder; the same order always gives the same bytes."""
    frozen = FrozenReminder.from_json(order.frozen)
    statement = DrawnFile(
        STATEMENT,
        file_name(frozen.statement, "pdf"),
        PDF,
        order.statement_label,
        render_statement(frozen.statement, order.originals),
    )
    duplicates = [_draw_duplicate(duplicate, order.originals) for duplicate in frozen.duplicates]
    enclosed = [statement, *duplicates]
    return [_draw_main(frozen, enclosed, order.originals), *enclosed]


def _draw_main(
    frozen: FrozenReminder, enclosed: list[DrawnFile], originals: Mapping[str, bytes]
) -> DrawnFile:
    if frozen.letter is not None:
        content = render_letter(frozen.letter, originals)
        return DrawnFile(LETTER, f"{frozen.filename}.pdf", PDF, "Lettre de relance", content)
    if frozen.email is None:
        raise ValueError(f"{frozen.reference} is neither a letter nor an e-mail")
    content = compose(frozen.email, [Attachment(file.filename, file.content) for file in enclosed])
    return DrawnFile(MESSAGE, f"{frozen.filename}.eml", MIME, "E-mail de relance", content)


def _draw_duplicate(duplicate: FrozenDuplicate, originals: Mapping[str, bytes]) -> DrawnFile:
    label = f"Duplicata de la facture {duplicate.number}"
    return DrawnFile(DUPLICATE, duplicate.filename, PDF, label, _duplicate_bytes(duplicate, originals))


def _duplicate_bytes(duplicate: FrozenDuplicate, originals: Mapping[str, bytes]) -> bytes:
    if duplicate.original_sha256:
        try:
            return stamp_original(originals[duplicate.original_sha256])
        except UnreadablePdf:
            pass  # the same bytes fail the same way: the reminder is drawn alike each time
    return render_duplicate(duplicate.document, originals)
