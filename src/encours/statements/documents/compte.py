"""The full statement of an account: what compte.typ receives."""

from __future__ import annotations

from encours.core import french
from encours.core.statements import FullLine, FullSection, Settlement
from encours.statements.documents.statement import StatementDocument
from encours.statements.documents.words import StatementWords, words_of

DOCUMENT, SETTLEMENT = "document", "settlement"


def compte_sections(statement: StatementDocument) -> list[dict[str, object]]:
    """Return one section per currency: opening, documents with their settlements, closing."""
    return [_section(section, statement.language) for section in statement.full]


def _section(section: FullSection, language: str) -> dict[str, object]:
    words = words_of(language)
    currency = section.currency
    opening = words.opening
    if section.opening.count:
        counted = french.counted(section.opening.count, *words.document_counted, language)
        earlier = words.earlier[0].lower() + words.earlier[1:]
        opening = f"{words.opening} – {earlier} ({counted})"
    rows: list[dict[str, object]] = []
    for line in section.lines:
        rows.extend(_rows(line, currency, words, language))
    for line in section.payments:
        rows.extend(_rows(line, currency, words, language))
    return {
        "heading": f"{words.currency}{words.colon}{currency}",
        "header": list(words.full_header),
        "opening": [opening, french.amount(section.opening.minor, currency, language)],
        "rows": rows,
        "totals": _totals(section, words, language),
    }


def _totals(section: FullSection, words: StatementWords, language: str) -> list[list[str]]:
    pairs = (
        (words.opening, section.opening.minor),
        (words.period_total, section.remaining_minor),
        (words.unallocated, section.unallocated_minor),
        (words.closing, section.closing_minor),
    )
    return [[label, french.amount_with_code(minor, section.currency, language)] for label, minor in pairs]


def _rows(line: FullLine, currency: str, words: StatementWords, language: str) -> list[dict[str, object]]:
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
    rows: list[dict[str, object]] = [{"kind": DOCUMENT, "cells": main}]
    rows.extend(
        {"kind": SETTLEMENT, "cells": _settlement_cells(settlement, currency, words, language)}
        for settlement in line.settlements
    )
    return rows


def _settlement_cells(
    settlement: Settlement, currency: str, words: StatementWords, language: str
) -> list[str]:
    sentence = words.settled_by[settlement.other_kind].format(
        number=settlement.other_number, day=french.date(settlement.date)
    )
    return [sentence, french.amount(settlement.amount_minor, currency, language)]
