"""A statement as a workbook: the same data as the PDF, with real numbers and dates to filter and add up."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO

from encours.core.statements import Earlier, FullLine, OutstandingSection
from encours.documents.xlsx import Amount, Cell, Sheet, write_workbook
from encours.statements.documents.statement import ENCOURS, StatementDocument
from encours.statements.documents.words import StatementWords, words_of

Row = list[Cell | Amount]


def statement_xlsx(statement: StatementDocument) -> bytes:
    """Return the statement as XLSX bytes; the same statement always has the same bytes."""
    target = io.BytesIO()
    write_statement_xlsx(statement, target)
    return target.getvalue()


def write_statement_xlsx(statement: StatementDocument, target: IO[bytes]) -> None:
    """Write the statement as XLSX to a binary file, in constant memory."""
    words = words_of(statement.language)
    is_encours = statement.kind == ENCOURS
    sheets = _encours_sheets(statement, words) if is_encours else _compte_sheets(statement, words)
    title = words.title_encours if is_encours else words.title_compte
    write_workbook(target, sheets, title=f"{title} – {statement.customer_name}", created=statement.as_of)


def _encours_sheets(statement: StatementDocument, words: StatementWords) -> list[Sheet]:
    return [
        Sheet(words.sheet_invoices, _header(words.invoice_header, words), _invoice_rows(statement, words)),
        Sheet(words.sheet_credits, _header(words.credit_header, words), _credit_rows(statement, words)),
        Sheet(words.totals, _totals_header(words), _outstanding_totals(statement, words)),
    ]


def _compte_sheets(statement: StatementDocument, words: StatementWords) -> list[Sheet]:
    return [
        Sheet(words.title_compte, _header(words.full_header, words), _full_rows(statement, words)),
        Sheet(words.sheet_settlements, _settlement_header(words), _settlement_rows(statement, words)),
        Sheet(words.totals, _totals_header(words), _full_totals(statement, words)),
    ]


def _header(labels: tuple[str, ...], words: StatementWords) -> list[tuple[str, int]]:
    return [(label, max(14, len(label) + 2)) for label in labels] + [(words.currency, 9)]


def _totals_header(words: StatementWords) -> list[tuple[str, int]]:
    return [(words.totals, 34), (words.credit_header[4], 18), (words.currency, 9)]


def _settlement_header(words: StatementWords) -> list[tuple[str, int]]:
    number, day = words.full_header[1], words.full_header[2]
    return [
        (number, 22),
        (words.full_header[0], 14),
        (words.full_header[5], 24),
        (day, 14),
        (words.credit_header[4], 18),
        (words.currency, 9),
    ]


def _invoice_rows(statement: StatementDocument, words: StatementWords) -> Iterator[Row]:
    for part in statement.outstanding:
        code = part.currency
        yield from _earlier_row(part.earlier_invoices, code, words, [None] * 5)
        for line in part.lines:
            yield [
                line.number,
                line.issue_date,
                line.due_date,
                max(line.days_late, 0),
                Amount(line.gross_minor, code),
                Amount(line.gross_minor - line.remaining_minor, code),
                Amount(line.remaining_minor, code),
                code,
            ]


def _credit_rows(statement: StatementDocument, words: StatementWords) -> Iterator[Row]:
    for part in statement.outstanding:
        code = part.currency
        yield from _earlier_row(part.earlier_credit_notes, code, words, [None] * 5)
        for line in part.credits:
            yield [
                words.kinds[line.kind],
                line.number,
                line.date,
                line.detail,
                Amount(line.amount_minor, code),
                Amount(line.amount_minor - line.remaining_minor, code),
                Amount(line.remaining_minor, code),
                code,
            ]


def _earlier_row(earlier: Earlier, code: str, words: StatementWords, between: list[None]) -> Iterator[Row]:
    if earlier.count:
        yield [words.earlier, *between, Amount(earlier.minor, code), code]


def _outstanding_totals(statement: StatementDocument, words: StatementWords) -> Iterator[Row]:
    for part in statement.outstanding:
        for label, minor in _outstanding_pairs(part, words):
            yield [label, Amount(minor, part.currency), part.currency]


def _outstanding_pairs(part: OutstandingSection, words: StatementWords) -> list[tuple[str, int]]:
    return [
        *zip(words.buckets, part.ageing_minor, strict=True),
        (words.due, part.due_minor),
        (words.overdue, part.overdue_minor),
        (words.credit_total, part.credits_minor),
        (words.net, part.net_minor),
    ]


def _full_rows(statement: StatementDocument, words: StatementWords) -> Iterator[Row]:
    for part in statement.full:
        code = part.currency
        opening = Amount(part.opening.minor, code)
        yield [words.opening, *[None] * 5, opening, opening, code]
        for line in (*part.lines, *part.payments):
            yield _full_row(line, code, words)


def _full_row(line: FullLine, code: str, words: StatementWords) -> Row:
    return [
        words.kinds[line.kind],
        line.number,
        line.issue_date,
        line.due_date,
        Amount(line.gross_minor, code),
        Amount(line.gross_minor - line.remaining_minor, code),
        Amount(line.remaining_minor, code),
        Amount(line.balance_minor, code),
        code,
    ]


def _settlement_rows(statement: StatementDocument, words: StatementWords) -> Iterator[Row]:
    for part in statement.full:
        for line in (*part.lines, *part.payments):
            for use in line.settlements:
                amount = Amount(use.amount_minor, part.currency)
                kind = words.kinds[use.other_kind]
                yield [line.number, kind, use.other_number, use.date, amount, part.currency]


def _full_totals(statement: StatementDocument, words: StatementWords) -> Iterator[Row]:
    for part in statement.full:
        pairs = (
            (words.opening, part.opening.minor),
            (words.period_total, part.remaining_minor),
            (words.unallocated, part.unallocated_minor),
            (words.closing, part.closing_minor),
        )
        for label, minor in pairs:
            yield [label, Amount(minor, part.currency), part.currency]
