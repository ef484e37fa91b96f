"""Write workbooks of real numbers and dates, in constant memory, in which no data becomes a formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from encours.core.currencies import decimals_of
from encours.core.money import minor_to_decimal

Cell = str | int | Decimal | dt.date | None
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of a cell: minor units, shown with the decimals of its currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, its header with column widths in characters, and its rows, which may be lazy."""

    name: str
    header: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell | Amount]] = field(repr=False)


def write_workbook(target: IO[bytes], sheets: Sequence[Sheet], *, title: str, created: dt.date) -> None:
    """Write the sheets to a binary file, with frozen headers and filters: same data, same bytes."""
    book = xlsxwriter.Workbook(target, _OPTIONS)
    book.set_properties({"title": clean(title), "created": dt.datetime.combine(created, dt.time(12))})
    formats = _Formats(book)
    for sheet in sheets:
        _write_sheet(book, sheet, formats)
    book.close()


def clean(text: str) -> str:
    """Return text without what XML cannot hold: lone surrogates and the two non-characters U+FFFE, U+FFFF."""
    safe = text.encode("utf-8", "replace").decode()
    return safe.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


class _Formats:
    """The cell formats of one workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._amounts: dict[int, Any] = {}
        self.header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.date = book.add_format({"num_format": "dd/mm/yyyy", "align": "center"})

    def amount(self, currency: str) -> Any:
        """Return the number format of a currency's decimals."""
        decimals = decimals_of(currency)
        if decimals not in self._amounts:
            pattern = "#,##0" + (f".{'0' * decimals}" if decimals else "")
            self._amounts[decimals] = self._book.add_format({"num_format": pattern})
        return self._amounts[decimals]


def _write_sheet(book: Any, sheet: Sheet, formats: _Formats) -> None:
    page = book.add_worksheet(sheet.name)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    for column, (label, width) in enumerate(sheet.header):
        page.set_column(column, column, width)
        page.write_string(0, column, label, formats.header)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write_cell(page, last, column, value, formats)
    page.autofilter(0, 0, last, len(sheet.header) - 1)


def _write_cell(page: Any, row: int, column: int, value: Cell | Amount, formats: _Formats) -> None:
    if isinstance(value, Amount):
        number = minor_to_decimal(value.minor, value.currency)
        page.write_number(row, column, number, formats.amount(value.currency))
    elif isinstance(value, str):
        page.write_string(row, column, clean(value))
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, formats.date)
    elif value is not None:
        page.write_number(row, column, value)
