"""Decide how wide the columns of a statement are, and which of its rows surely take one line.

A row of known height is drawn a third faster than one that Typst has to measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from encours.documents.widths import width_mm

TABLE_MM = 269.0
"""Landscape A4 within margins of 14 mm."""
TEXT_POINTS = 8.5
SMALL_POINTS = 7.5
INSET_MM = 2.0
AMOUNT_MM = 31.0
FLEXIBLE = 0.0
Row = Sequence[str]


def amount_mm(texts: Iterable[str]) -> float:
    """Return the width of the columns of amounts of a section: none is ever broken, all end alike."""
    return max(AMOUNT_MM, needed_mm(max(texts, key=len, default="")))


def lay_out(columns: Sequence[float], rows: Sequence[Row]) -> dict[str, object]:
    """Return the widths of the columns, and for each row of one text a column whether it takes one line."""
    widths = column_widths(columns)
    return {"columns": widths, "are_single": [takes_one_line(row, widths) for row in rows]}


def column_widths(columns: Sequence[float]) -> list[float]:
    """Return the widths in millimetres: the one ``FLEXIBLE`` column takes what the others leave."""
    widths = list(columns)
    widths[widths.index(FLEXIBLE)] = TABLE_MM - sum(widths)
    return [round(width, 2) for width in widths]


def takes_one_line(row: Row, widths: Sequence[float]) -> bool:
    """Tell whether each text of a row surely takes one line of its column."""
    return all(map(fits, row, widths))


def fits(text: str, width: float, size_points: float = TEXT_POINTS) -> bool:
    """Tell whether a text surely takes one line of a column."""
    return "\n" not in text and needed_mm(text, size_points) <= width


def needed_mm(text: str, size_points: float = TEXT_POINTS) -> float:
    """Return the width of a column in which a text takes one line."""
    return width_mm(text, size_points) + 2 * INSET_MM
