"""Statements keep inside their margins, align their amounts, and repeat their headers on every page."""

from __future__ import annotations

import pytest

from encours.core import french
from encours.statements.documents.drawing import render_statement
from tests.documents.geometry import boxes_of, chars_of, page_count
from tests.statements.varied import drawn, made, many, varied

LEFT, TOP, RIGHT, BOTTOM = 14.0, 7.0, 283.0, 203.0
SLACK = 0.3
SHAPES = 0.25
"""A 7 ends a little before a 0 in the same tabular width."""
CASES = varied()
TABLE_HEADERS = {"encours": "Facturen°", "compte": "Soldeprogressif"}


def last_edges(content: bytes, page: int, numbers: tuple[str, ...], char: str) -> list[float]:
    """Return the right edge of the last such character on the line of each number."""
    chars = [each for each in chars_of(content, page) if each.text in char]
    return [
        max(each.right for each in chars if top - 1 < each.top and each.bottom < bottom + 1.3)
        for number in numbers
        for _, top, _, bottom in boxes_of(content, number, page)
    ]


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_printed_outside_the_margins(name: str) -> None:
    content = drawn(CASES[name])
    for page in range(page_count(content)):
        for char in chars_of(content, page):
            assert char.left >= LEFT - SLACK, char
            assert char.right <= RIGHT + SLACK, char
            assert char.top >= TOP, char
            assert char.bottom <= BOTTOM, char


def test_the_amounts_of_both_tables_end_at_the_same_place_on_every_page() -> None:
    content = render_statement(made("encours", many(90)))
    numbers = ("FAC-", "AV-", "VIR-")
    edges = [
        edge
        for page in range(page_count(content))
        for edge in last_edges(content, page, numbers, "0123456789")
    ]
    assert len(edges) == 92
    assert max(edges) - min(edges) < SHAPES


def test_the_decimal_commas_of_a_column_stand_below_each_other() -> None:
    commas = last_edges(drawn(CASES["full"]), 0, ("FAC-", "AV-", "VIR-9"), ",")
    assert len(commas) > 10
    assert max(commas) - min(commas) < 0.05


@pytest.mark.parametrize("kind", ["encours", "compte"])
def test_the_header_is_repeated_and_the_pages_are_counted(kind: str) -> None:
    content = render_statement(made(kind, many(150)))
    count = page_count(content)
    assert count > 3
    for page in range(count):
        assert boxes_of(content, f"Page{page + 1}/{count}", page)
        assert boxes_of(content, "TOPCONSEIL", page)
        if boxes_of(content, "FAC-", page):
            assert boxes_of(content, TABLE_HEADERS[kind], page)
        assert bool(boxes_of(content, "CLIENTX–", page)) is False
        assert bool(boxes_of(content, "C-0042–CLIENTX", page))


def test_no_amount_is_broken_however_long() -> None:
    content = render_statement(CASES["huge-amounts"])
    amount = french.amount(9_000_000_000_000_000_000, "EUR")
    assert boxes_of(content, amount.replace(french.NARROW, ""))
    for _, top, _, bottom in boxes_of(content, amount.replace(french.NARROW, "")):
        assert bottom - top < 4
