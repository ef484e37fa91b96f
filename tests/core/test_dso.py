"""Days sales outstanding, counted back."""

from __future__ import annotations

from fractions import Fraction

from encours.core.dso import count_back

NOVEMBER, OCTOBER, SEPTEMBER = (2025 * 12 + month - 1 for month in (11, 10, 9))


def test_receivables_are_counted_back_month_by_month() -> None:
    days = count_back(2_500, [(NOVEMBER, 1_200), (OCTOBER, 800), (SEPTEMBER, 700)])
    assert days == 61 + Fraction(500 * 30, 700)
    assert f"{float(days):.1f}" == "82.4"


def test_receivables_beyond_the_sales_known_have_no_answer() -> None:
    assert count_back(2_500, [(NOVEMBER, 1_200)]) is None


def test_nothing_owed_is_no_day_and_a_month_without_sales_counts_whole() -> None:
    assert count_back(0, [(NOVEMBER, 1_200)]) == 0
    assert count_back(10, [(NOVEMBER, 0), (OCTOBER, 20)]) == 30 + Fraction(31, 2)
