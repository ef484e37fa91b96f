"""Columns grow to their amounts; a row has a fixed height only where each of its texts surely fits."""

from __future__ import annotations

import pytest

from encours.statements.documents.layout import (
    AMOUNT_MM,
    FLEXIBLE,
    TABLE_MM,
    amount_mm,
    column_widths,
    fits,
    lay_out,
)


def test_the_flexible_column_takes_what_the_others_leave() -> None:
    assert column_widths((20.0, FLEXIBLE, 30.0)) == [20.0, TABLE_MM - 50, 30.0]


def test_columns_of_amounts_are_wide_enough_for_the_longest() -> None:
    assert amount_mm([]) == AMOUNT_MM
    assert amount_mm(["1,00", "9 500,00"]) == AMOUNT_MM
    assert amount_mm(["1,00", "9" * 40]) > 60


@pytest.mark.parametrize(
    ("text", "is_single"), [("", True), ("FAC-1", True), ("a\nb", False), ("W" * 90, False)]
)
def test_a_row_takes_one_line_where_each_text_fits(text: str, is_single: bool) -> None:
    assert lay_out((FLEXIBLE, 120.0), [[text, "1,00"]])["are_single"] == [is_single]
    assert fits(text, 149.0) is is_single
