"""Contrast is that of WCAG, and a colour that cannot be read is given a darker neighbour that can."""

from __future__ import annotations

import pytest

from encours.core.colours import contrast_on_white, darkened, is_readable, parse_colour


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48), ("#1f3a5f", 11.5)],
)
def test_the_contrast_is_that_of_wcag(colour: str, contrast: float) -> None:
    assert contrast_on_white(colour) == pytest.approx(contrast, abs=0.06)


def test_a_pale_colour_is_darkened_until_it_can_be_read() -> None:
    assert not is_readable("#ffc107")
    assert is_readable(darkened("#ffc107"))
    assert darkened("#1f3a5f") == "#1f3a5f"
    assert not is_readable("#777777")
    assert is_readable("#767676")


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "1f3a5f", "#1f3a5f;", "rgb(0,0,0)"])
def test_what_is_no_colour_is_none(text: str) -> None:
    assert parse_colour(text) is None
    assert parse_colour(" #1F3A5F ") == "#1f3a5f"
