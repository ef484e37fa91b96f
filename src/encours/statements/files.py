"""Write a statement as the file that is asked: a PDF with the logo of its entity, or a workbook."""

from __future__ import annotations

from encours.documents.stored_pictures import pictures_of
from encours.statements.documents.drawing import render_statement
from encours.statements.documents.statement import StatementDocument
from encours.statements.documents.workbook import statement_xlsx

EXTENSIONS = ("pdf", "xlsx")


def statement_bytes(statement: StatementDocument, extension: str) -> bytes:
    """Return the statement as ``pdf`` or ``xlsx``; raise DrawingError where it cannot be drawn."""
    if extension == "xlsx":
        return statement_xlsx(statement)
    return render_statement(statement, pictures_of(statement.sender.letterhead))
