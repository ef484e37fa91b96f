"""Nothing typed by a person is read as markup or as a formula: it is printed and written literally."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from encours.core import french
from encours.core.statements import StatedItem, Use
from encours.documents.coverage import printable
from encours.documents.xlsx import clean
from encours.statements.documents.drawing import render_statement
from encours.statements.documents.statement import StatementDocument
from encours.statements.documents.workbook import statement_xlsx
from tests.dunning.test_letter_hostile import HOSTILE, TEXTS, bare, text_of
from tests.statements.varied import SENDER, made

DAY = dt.date(2016, 2, 1)
PER_STATEMENT = 60
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
    "1",
    "1e9",
]


def stated(kind: str, texts: list[str]) -> StatementDocument:
    """Return a statement that says each text as a number, a reference, a method or another's number."""
    items = []
    for text in texts:
        use = (Use(DAY, 50, "payment", text[:64]),)
        items.append(StatedItem("invoice", text[:64], DAY, 1000, "EUR", DAY, use))
        items.append(StatedItem("payment", text[:64], DAY, 70, "EUR", detail=text[:64]))
    document = made(kind, items, name=texts[0][:200])
    return replace(
        document,
        customer_code=texts[-1][:40],
        customer_lines=tuple(text[:200] for text in texts[:3]),
        sender=replace(SENDER, name=texts[-1][:120], rcs_town=texts[0][:60]),
    )


@pytest.mark.parametrize("kind", ["encours", "compte"])
@pytest.mark.parametrize(("source", "strings"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_texts_are_printed_literally_on_statements(
    source: str, strings: list[str], kind: str
) -> None:
    for start in range(0, len(strings), PER_STATEMENT):
        batch = strings[start : start + PER_STATEMENT]
        printed = bare(text_of(render_statement(stated(kind, batch))))
        for text in batch:
            assert bare(printable(text[:64])) in printed, (source, text)


def cells_of(statement: StatementDocument) -> tuple[list[list[Any]], str]:
    """Return the rows of the first two sheets, and all that the file holds as XML."""
    content = statement_xlsx(statement)
    book = load_workbook(io.BytesIO(content))
    rows = [list(row) for at in (0, 1) for row in book.get_sheet_by_index(at).to_python()]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return rows, "".join(archive.read(name).decode() for name in sheets)


@pytest.mark.parametrize("kind", ["encours", "compte"])
def test_no_text_becomes_a_formula_a_link_or_a_number(kind: str) -> None:
    rows, xml = cells_of(stated(kind, FORMULAS))
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    written = [cell for row in rows for cell in row if isinstance(cell, str)]
    for text in FORMULAS:
        assert written.count(text) + written.count(text.replace("\r", "\n")) >= 2, text
    assert not {1, 1e9, -1, 2} & {cell for row in rows for cell in row if isinstance(cell, (int, float))}


@pytest.mark.parametrize(("source", "strings"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_texts_are_written_literally_in_workbooks(source: str, strings: list[str]) -> None:
    rows, xml = cells_of(stated("encours", strings))
    assert "<f>" not in xml
    written = {cell for row in rows for cell in row if isinstance(cell, str)}
    for text in strings:
        assert clean(text[:64]) in written, (source, text)


@settings(max_examples=12, deadline=None)
@given(
    TEXTS,
    st.lists(TEXTS, max_size=4),
    st.lists(st.text(max_size=64), max_size=9),
    st.sampled_from(["fr", "en"]),
)
def test_any_text_makes_documents_with_the_same_totals(
    name: str, lines: list[str], numbers: list[str], language: str
) -> None:
    items = [StatedItem("invoice", number, DAY, 1000 + at, "TND", DAY) for at, number in enumerate(numbers)]
    items.append(StatedItem("credit_note", name[:64], DAY, 5, "TND"))
    due = sum(item.amount_minor for item in items[:-1])
    for kind, minor in (("encours", due - 5), ("compte", due - 5)):
        document = replace(made(kind, items, language=language, name=name), customer_lines=tuple(lines))
        printed = "".join(text_of(render_statement(document)).split())
        assert re.sub(r"\s", "", french.amount_with_code(minor, "TND", language)) in printed
        statement_xlsx(document)
