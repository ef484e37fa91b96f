"""Know how wide a text is printed, so that a column and a row's height can be chosen before drawing."""

from __future__ import annotations

from functools import cache

from encours.documents.coverage import FONTS_DIR, printable
from encours.documents.font_tables import read_advances, read_cmap

FAMILIES = ("NotoSans", "SourceSans3")
"""From the last choice to the first: a later family prints what it covers instead of an earlier one."""
MARGIN = 1.02
"""Kerning and tabular figures may print a text a little wider than the sum of its glyphs."""


def width_em(text: str) -> float:
    """Return how wide one line of text is at most, in em of the regular weight."""
    advances = _advances()
    return sum([advances.get(char, 1.0) for char in printable(text)]) * MARGIN


def width_mm(text: str, size_points: float) -> float:
    """Return how wide one line of text is at most at a size, in millimetres."""
    return width_em(text) * size_points * 25.4 / 72


@cache
def _advances() -> dict[str, float]:
    found: dict[str, float] = {}
    for family in FAMILIES:
        font = (FONTS_DIR / f"{family}_400Regular.ttf").read_bytes()
        widths = read_advances(font)
        last = len(widths) - 1
        found.update({chr(point): widths[min(glyph, last)] for point, glyph in read_cmap(font).items()})
    return found
