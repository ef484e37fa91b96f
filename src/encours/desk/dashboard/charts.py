"""Lay out the pictures of the dashboard: shares of a bar, and columns of which a part is filled.

Everything is in thousandths of the width or height of its picture: the page draws SVG of it, without a
script, and writes the same figures in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SCALE = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a bar: where it begins and how wide it is."""

    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column that stands on the floor: where its top and that of its filled part are, and their heights."""

    top: int
    height: int
    part_top: int
    part_height: int


def spans(amounts: Sequence[int]) -> list[Span]:
    """Return a piece for each amount, side by side; together they fill the bar where anything is there."""
    whole = sum(amounts)
    if whole <= 0:
        return [Span(0, 0) for _amount in amounts]
    edges = [0]
    for position in range(len(amounts)):
        edges.append(sum(amounts[: position + 1]) * SCALE // whole)
    return [Span(start, end - start) for start, end in pairwise(edges)]


def columns(pairs: Sequence[tuple[int, int]]) -> list[Column]:
    """Return a column for each (whole, part of it); the highest fills the picture."""
    highest = max((whole for whole, _part in pairs), default=0)
    heights = [(_share(whole, highest), _share(part, highest)) for whole, part in pairs]
    return [Column(SCALE - whole, whole, SCALE - part, part) for whole, part in heights]


def _share(amount: int, highest: int) -> int:
    return min(max(amount, 0), highest) * SCALE // highest if highest > 0 else 0
