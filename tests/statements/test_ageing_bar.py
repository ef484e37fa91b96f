"""The ageing is a picture that is read without colour, and says its figures in words."""

from __future__ import annotations

import io
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encours.statements.documents.ageing_bar import COLOURS, LEAST_WIDTH, WHOLE, permilles, segments
from encours.statements.documents.drawing import render_statement, statement_data
from tests.statements.varied import credit_note, made, many

MINORS = st.lists(st.integers(0, 10**15), min_size=5, max_size=5)


@given(MINORS)
def test_shares_make_a_whole_and_are_within_a_thousandth(minors: list[int]) -> None:
    shares = permilles(minors)
    total = sum(minors)
    assert sum(shares) == (1000 if total else 0)
    for share, minor in zip(shares, minors, strict=True):
        assert abs(share * total - minor * 1000) < max(total, 1)


@given(MINORS)
def test_the_pieces_fill_the_bar_in_order_and_none_is_invisible(minors: list[int]) -> None:
    pieces = segments(minors)
    assert [piece.index for piece in pieces] == [index for index, minor in enumerate(minors) if minor]
    at = 0
    for piece in pieces:
        assert piece.start == at
        assert piece.width >= LEAST_WIDTH
        at += piece.width
    assert at == (WHOLE if any(minors) else 0)


def test_a_rest_goes_to_the_largest_fraction() -> None:
    assert permilles([1, 1, 1]) == [334, 333, 333]
    assert permilles([0, 0, 0, 0, 0]) == [0, 0, 0, 0, 0]


def test_the_colours_run_from_light_to_dark() -> None:
    lights = [_luminance(colour) for colour in COLOURS]
    assert lights == sorted(lights, reverse=True)
    assert all(before - after > 15 for before, after in pairwise(lights))


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def figures_of(content: bytes) -> list[str]:
    """Return the alternative text of each figure of a tagged PDF."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        return [str(item.Alt) for item in found if item.get("/S") == pikepdf.Name.Figure]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_bar_says_its_figures_in_words(language: str) -> None:
    statement = made("encours", many(3), language=language)
    told = figures_of(render_statement(statement))
    assert [words.replace("\u00a0", " ").replace("\u202f", " ") for words in told] == [TOLD[language]]


TOLD = {
    "fr": (
        "Ancienneté (EUR) : Non échu : 0,00 EUR (0,0 %), 1-30 jours : 0,00 EUR (0,0 %), 31-60 jours : 0,00"
        " EUR (0,0 %), 61-90 jours : 72,92 EUR (0,6 %), > 90 jours : 11 184,07 EUR (99,4 %)"
    ),
    "en": (
        "Ageing (EUR): Not due: 0.00 EUR (0.0%), 1-30 days: 0.00 EUR (0.0%), 31-60 days: 0.00 EUR (0.0%),"
        " 61-90 days: 72.92 EUR (0.6%), > 90 days: 11,184.07 EUR (99.4%)"
    ),
}


def test_where_nothing_is_due_there_is_no_bar() -> None:
    statement = made("encours", [credit_note(1, 500)])
    sections = statement_data(statement)["sections"]
    assert isinstance(sections, list)
    assert [section["ageing"] for section in sections] == [None]
    assert figures_of(render_statement(statement)) == []
