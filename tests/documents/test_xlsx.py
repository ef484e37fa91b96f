"""Workbooks hold real numbers and dates under a frozen, filtered header, and grow on disk, not in memory."""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import IO, cast

from encours.documents.xlsx import Amount, Cell, Sheet, write_workbook

DAY = dt.date(2016, 1, 31)
HEADER = [("Facture n°", 16), ("Émission", 14), ("Jours", 9), ("T.T.C.", 16), ("Devise", 9)]
ROWS: list[list[Cell | Amount]] = [
    ["FAC-1", DAY, 106, Amount(640_000, "EUR"), "EUR"],
    ["FAC-2", DAY, None, Amount(-1_500, "JPY"), "JPY"],
    ["FAC-3", DAY, 0, Amount(1, "TND"), "TND"],
]


def written(rows: list[list[Cell | Amount]]) -> zipfile.ZipFile:
    target = io.BytesIO()
    write_workbook(target, [Sheet("Factures", HEADER, rows)], title="Factures", created=DAY)
    return zipfile.ZipFile(target)


def test_the_header_is_frozen_filtered_and_repeated_on_paper() -> None:
    book = written(ROWS)
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<autoFilter ref="A1:E4"/>' in sheet
    assert "Factures!$1:$1</definedName>" in book.read("xl/workbook.xml").decode()


def test_amounts_are_numbers_with_the_decimals_of_their_currency_and_dates_are_dates() -> None:
    book = written(ROWS)
    sheet, styles = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    formats = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    by_style = [
        formats.get(number, number)
        for number in re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    ]
    cells = {place: (by_style[int(style)], value) for place, style, value in re.findall(
        r'<c r="([A-Z]\d)" s="(\d+)"><v>([^<]+)</v>', sheet
    )}  # fmt: skip
    assert cells == {
        "B2": ("dd/mm/yyyy", "42400"), "B3": ("dd/mm/yyyy", "42400"), "B4": ("dd/mm/yyyy", "42400"),
        "D2": ("#,##0.00", "6400.00"), "D3": ("#,##0", "-1500"), "D4": ("#,##0.000", "0.001"),
    }  # fmt: skip
    assert '<c r="C2"><v>106</v>' in sheet
    assert '"C3"' not in sheet


def test_ten_times_as_many_lines_take_no_more_memory() -> None:
    few, many = (_peak_bytes(lines) for lines in (500, 5_000))
    assert many < few * 1.2 + 50_000


def _peak_bytes(lines: int) -> int:
    amount = Amount(640_000, "EUR")
    rows: Iterator[list[Cell | Amount]] = (
        [f"FAC-{number}", DAY, number, amount, "EUR"] for number in range(lines)
    )
    with tempfile.TemporaryFile() as target:
        tracemalloc.start()
        write_workbook(
            cast("IO[bytes]", target), [Sheet("Factures", HEADER, rows)], title="Factures", created=DAY
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak
