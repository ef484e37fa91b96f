"""The full statement of an account: what compte.typ receives."""

from __future__ import annotations

from encours.core import french
from encours.core.statements import FullLine, FullSection, Settlement
from encours.statements.documents.layout import (
    FLEXIBLE,
    SMALL_POINTS,
    amount_mm,
    column_widths,
    fits,
    takes_one_line,
)
from encours.statements.documents.statement import StatementDocument
from encours.statements.documents.words import StatementWords, words_of

SETTLEMENT_CELLS = 2
"""A row of so many cells is a settlement: its sentence spans several columns."""


def compte_sections(statement: StatementDocument) -> list[dict[str, object]]:
    """Return one section per currency: opening, documents with their settlements, closing."""
    return [_section(section, statement.language) for section in statement.full]


def _section(section: FullSection, language: str) -> dict[str, object]:
    words = words_of(language)
    currency = section.currency
    rows = [
        row for line in (*section.lines, *section.payments) for row in _rows(line, currency, words, language)
    ]
    earlier = _opening(section, words, language)
    amounts = amount_mm([earlier[1], *(text for row in rows for text in _amounts_of(row))])
    columns = column_widths((22.0, FLEXIBLE, 22.0, 28.0, amounts, amounts, amounts, amounts))
    return {
        "heading": f"{words.currency}{words.colon}{currency}",
        "header": list(words.full_header),
        "earlier": earlier,
        "rows": rows,
        "totals": _totals(section, words, language),
        "columns": columns,
        "are_single": [_takes_one_line(row, columns) for row in rows],
    }


def _opening(section: FullSection, words: StatementWords, language: str) -> list[str]:
    label = words.opening
    if section.opening.count:
        counted = french.counted(section.opening.count, *words.document_counted, language)
        label = f"{words.opening} – {words.earlier[0].lower()}{words.earlier[1:]} ({counted})"
    return [label, french.amount(section.opening.minor, section.currency, language)]


def _amounts_of(row: list[str]) -> list[str]:
    return row[1:] if len(row) == SETTLEMENT_CELLS else row[-4:]


def _takes_one_line(row: list[str], columns: list[float]) -> bool:
    if len(row) == SETTLEMENT_CELLS:
        return fits(f"– {row[0]}", sum(columns[1:5]), SMALL_POINTS)
    return takes_one_line(row, columns)


def _totals(section: FullSection, words: StatementWords, language: str) -> list[list[str]]:
    pairs = (
        (words.opening, section.opening.minor),
        (words.period_total, section.remaining_minor),
        (words.unallocated, section.unallocated_minor),
        (words.closing, section.closing_minor),
    )
    return [[label, french.amount_with_code(minor, section.currency, language)] for label, minor in pairs]


def _rows(line: FullLine, currency: str, words: StatementWords, language: str) -> list[list[str]]:
    """Return the eight cells of a document, then the sentence and the amount of each settlement."""
    settled = line.gross_minor - line.remaining_minor
    main = [
        words.kinds[line.kind],
        line.number,
        french.date(line.issue_date),
        french.date(line.due_date) if line.due_date else "",
        french.amount(line.gross_minor, currency, language),
        french.amount(settled, currency, language) if settled else "",
        french.amount(line.remaining_minor, currency, language),
        french.amount(line.balance_minor, currency, language),
    ]
    return [main, *(_settlement(each, currency, words, language) for each in line.settlements)]


def _settlement(settlement: Settlement, currency: str, words: StatementWords, language: str) -> list[str]:
    sentence = words.settled_by[settlement.other_kind].format(
        number=settlement.other_number, day=french.date(settlement.date)
    )
    return [sentence, french.amount(settlement.amount_minor, currency, language)]
