"""The width of a text is known before it is drawn, never less than what is printed."""

from __future__ import annotations

import pytest

from encours.documents.widths import width_em, width_mm


def test_figures_are_tabular_and_texts_add_up() -> None:
    assert {round(width_em(digit), 6) for digit in "0123456789"} == {round(width_em("0"), 6)}
    assert width_em("9 500,00") == pytest.approx(width_em("9 500") + width_em(",00"))
    assert width_em("") == 0
    assert width_mm("0" * 10, 10) == pytest.approx(width_em("0" * 10) * 10 * 25.4 / 72)


def test_what_no_font_covers_is_as_wide_as_what_is_printed_for_it() -> None:
    assert width_em("中") == width_em("[U+4E2D]")
    assert width_em("Ж") > 0.4
