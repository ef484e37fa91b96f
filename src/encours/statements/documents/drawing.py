"""Draw a statement as a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from encours.core import french
from encours.documents import engine
from encours.documents.letterhead import NOTHING_DRAWN, Drawn, draw_logo
from encours.documents.sender import legal_footer, logo_data
from encours.statements.documents.compte import compte_sections
from encours.statements.documents.encours import encours_sections
from encours.statements.documents.statement import ENCOURS, StatementDocument
from encours.statements.documents.words import words_of

LOGO_MM = (60, 13)
"""The largest logo that fits above the heading."""


def render_statement(statement: StatementDocument, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return the statement as a landscape PDF; the same statement always has the same bytes.

    ``pictures`` holds those of its sender's letterhead by their SHA-256.
    """
    width, height = LOGO_MM
    drawn = draw_logo(statement.sender.letterhead, pictures or {}, width_mm=width, height_mm=height)
    return engine.render_pdf(
        Path(__file__).with_name(f"{statement.kind}.typ"),
        statement_data(statement, drawn),
        date=statement.as_of,
        attachment=statement.to_json(),
        attached_as=f"{statement.kind}.json",
        pictures=drawn.pictures,
    )


def statement_data(statement: StatementDocument, drawn: Drawn = NOTHING_DRAWN) -> dict[str, object]:
    """Return what the template receives: texts ready to print, in the customer's language."""
    words = words_of(statement.language)
    is_encours = statement.kind == ENCOURS
    title = words.title_encours if is_encours else words.title_compte
    period = words.period.format(
        first=french.period_month(statement.from_month), last=french.period_month(statement.to_month)
    )
    as_of = words.as_of.format(day=french.date(statement.as_of))
    return {
        "language": statement.language,
        "title": f"{title} – {statement.customer_name} – {period}",
        "author": statement.sender.name,
        "heading": title,
        "period": period,
        "as_of": as_of,
        "customer": f"{statement.customer_code} – {statement.customer_name}",
        "customer_label": f"{words.customer}{words.colon}",
        "customer_lines": list(statement.customer_lines),
        "sender": {
            "name": statement.sender.name,
            "footer": legal_footer(statement.sender, statement.language),
            "accent": statement.sender.accent,
            **logo_data(statement.sender, statement.language, drawn),
        },
        "page": words.page,
        "nothing": words.nothing,
        "sections": encours_sections(statement) if is_encours else compte_sections(statement),
    }
