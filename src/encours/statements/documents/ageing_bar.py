"""The ageing as a small picture: one bar cut into non échu, 1-30, 31-60, 61-90 and > 90 days.

Its colours run from light to dark, so that their order is seen without colour too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from encours.core import french
from encours.core.statements import OutstandingSection
from encours.statements.documents.words import words_of

COLOURS = ("#e6eef1", "#f2d28a", "#e2964a", "#c1522d", "#76142a")
WHOLE = 10_000
LEAST_WIDTH = 50
"""What is owed is seen, however small its share."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar: which slice it shows, where it starts and how wide it is, in ten-thousandths."""

    index: int
    start: int
    width: int
    colour: str


def permilles(minors: Sequence[int]) -> list[int]:
    """Return each amount's share in thousandths; together they make exactly 1,000, or nothing of nothing."""
    total = sum(minors)
    if total <= 0:
        return [0] * len(minors)
    shares = [minor * 1000 // total for minor in minors]
    rests = sorted(range(len(minors)), key=lambda index: (-(minors[index] * 1000 % total), index))
    for index in rests[: 1000 - sum(shares)]:
        shares[index] += 1
    return shares


def segments(minors: Sequence[int]) -> list[Segment]:
    """Return the pieces of the bar, from left to right, of which none is too narrow to be seen."""
    total = sum(minors)
    shown = [(index, minor) for index, minor in enumerate(minors) if minor > 0]
    if total <= 0 or not shown:
        return []
    widths = [max(LEAST_WIDTH, minor * WHOLE // total) for _, minor in shown]
    widest = widths.index(max(widths))
    widths[widest] += WHOLE - sum(widths)
    starts = [sum(widths[:place]) for place in range(len(widths))]
    return [
        Segment(index, start, width, COLOURS[index])
        for (index, _), start, width in zip(shown, starts, widths, strict=True)
    ]


def ageing_data(section: OutstandingSection, language: str) -> dict[str, object]:
    """Return what draws the ageing of a section: its table, its bar and the same in words."""
    words = words_of(language)
    minors = section.ageing_minor
    amounts = [french.amount(minor, section.currency, language) for minor in minors]
    shares = [_percent(share, language) for share in permilles(minors)]
    rows = list(zip(words.buckets, amounts, shares, COLOURS, strict=True))
    told = [f"{label}{words.colon}{amount} {section.currency} ({share})" for label, amount, share, _ in rows]
    return {
        "label": words.ageing,
        "slices": [list(row) for row in rows],
        "segments": [
            {"start": piece.start, "width": piece.width, "colour": piece.colour} for piece in segments(minors)
        ],
        "alternative": f"{words.ageing} ({section.currency}){words.colon}{', '.join(told)}",
    }


def _percent(permille: int, language: str) -> str:
    whole, tenth = divmod(permille, 10)
    return f"{whole},{tenth}{french.NO_BREAK}%" if language == "fr" else f"{whole}.{tenth}%"
