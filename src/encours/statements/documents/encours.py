"""The outstanding statement: what encours.typ receives."""

from __future__ import annotations

from encours.core import french
from encours.core.statements import CreditLine, Earlier, OpenLine, OutstandingSection
from encours.statements.documents.ageing_bar import ageing_data
from encours.statements.documents.layout import FLEXIBLE, amount_mm, lay_out
from encours.statements.documents.statement import StatementDocument
from encours.statements.documents.words import StatementWords, words_of


def encours_sections(statement: StatementDocument) -> list[dict[str, object]]:
    """Return one section per currency: tables, ageing and totals as texts ready to print."""
    return [_section(section, statement.language) for section in statement.outstanding]


def _section(section: OutstandingSection, language: str) -> dict[str, object]:
    words = words_of(language)
    currency = section.currency
    earlier = (
        _earlier(section.earlier_invoices, words.invoice_counted, currency, language),
        _earlier(section.earlier_credit_notes, words.credit_note_counted, currency, language),
    )
    rows = [_invoice_row(line, currency, language) for line in section.lines]
    credit_rows = [_credit_row(line, currency, words, language) for line in section.credits]
    listed = [text for row in (*rows, *credit_rows) for text in row[-3:]]
    amounts = amount_mm(listed + [text for row in earlier for text in row[1:]])
    return {
        "heading": f"{words.currency}{words.colon}{currency}",
        "invoices": {
            "label": words.invoices,
            "header": list(words.invoice_header),
            "earlier": earlier[0],
            "rows": rows,
            **lay_out((FLEXIBLE, 28.0, 28.0, 27.0, amounts, amounts, amounts), rows),
        },
        "credits": {
            "label": words.credits,
            "header": list(words.credit_header),
            "earlier": earlier[1],
            "rows": credit_rows,
            **lay_out((24.0, FLEXIBLE, 24.0, 36.0, amounts, amounts, amounts), credit_rows),
        },
        "ageing": ageing_data(section, language) if section.due_minor > 0 else None,
        "totals": _totals(section, words, language),
    }


def _totals(section: OutstandingSection, words: StatementWords, language: str) -> list[list[str]]:
    pairs = (
        (words.due, section.due_minor),
        (words.overdue, section.overdue_minor),
        (words.credit_total, section.credits_minor),
        (words.net, section.net_minor),
    )
    return [[label, french.amount_with_code(minor, section.currency, language)] for label, minor in pairs]


def _earlier(earlier: Earlier, forms: tuple[str, str], currency: str, language: str) -> list[str]:
    if not earlier.count:
        return []
    counted = french.counted(earlier.count, *forms, language)
    return [f"{words_of(language).earlier} ({counted})", french.amount(earlier.minor, currency, language)]


def _invoice_row(line: OpenLine, currency: str, language: str) -> list[str]:
    return [
        line.number,
        french.date(line.issue_date),
        french.date(line.due_date),
        str(line.days_late) if line.days_late > 0 else "–",
        french.amount(line.gross_minor, currency, language),
        french.amount(line.gross_minor - line.remaining_minor, currency, language),
        french.amount(line.remaining_minor, currency, language),
    ]


def _credit_row(line: CreditLine, currency: str, words: StatementWords, language: str) -> list[str]:
    return [
        words.kinds[line.kind],
        line.number,
        french.date(line.date),
        line.detail,
        french.amount(line.amount_minor, currency, language),
        french.amount(line.amount_minor - line.remaining_minor, currency, language),
        french.amount(line.remaining_minor, currency, language),
    ]
