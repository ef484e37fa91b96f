"""Draw the files of a frozen reminder: the letter or the message, its statement, its duplicates."""

from __future__ import annotations

from dataclasses import dataclass

from encours.archive import store
from encours.dunning.documents.letter import render_letter
from encours.dunning.issuing.email import Attachment, compose
from encours.dunning.issuing.frozen import FrozenDuplicate, FrozenReminder
from encours.dunning.texts import statement_label
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


def draw(frozen: FrozenReminder) -> list[DrawnFile]:
    """Return the files of a reminder; the same frozen data always give the same bytes."""
    statement = DrawnFile(
        STATEMENT,
        file_name(frozen.statement, "pdf"),
        PDF,
        statement_label(frozen.statement.kind, frozen.statement.from_month, frozen.statement.to_month),
        render_statement(frozen.statement),
    )
    enclosed = [statement, *(_draw_duplicate(duplicate) for duplicate in frozen.duplicates)]
    return [_draw_main(frozen, enclosed), *enclosed]


def _draw_main(frozen: FrozenReminder, enclosed: list[DrawnFile]) -> DrawnFile:
    if frozen.letter is not None:
        content = render_letter(frozen.letter)
        return DrawnFile(LETTER, f"{frozen.filename}.pdf", PDF, "Lettre de relance", content)
    if frozen.email is None:
        raise ValueError(f"{frozen.reference} is neither a letter nor an e-mail")
    content = compose(frozen.email, [Attachment(file.filename, file.content) for file in enclosed])
    return DrawnFile(MESSAGE, f"{frozen.filename}.eml", MIME, "E-mail de relance", content)


def _draw_duplicate(duplicate: FrozenDuplicate) -> DrawnFile:
    label = f"Duplicata de la facture {duplicate.number}"
    return DrawnFile(DUPLICATE, duplicate.filename, PDF, label, _duplicate_bytes(duplicate))


def _duplicate_bytes(duplicate: FrozenDuplicate) -> bytes:
    if duplicate.original_sha256:
        try:
            return stamp_original(store.get(duplicate.original_sha256))
        except UnreadablePdf:
            pass  # the same bytes fail the same way: the reminder is drawn alike each time
    return render_duplicate(duplicate.document)
