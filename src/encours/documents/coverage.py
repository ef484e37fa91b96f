"""Know which characters the shipped fonts can print, and write the others as ``[U+4E2D]``."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS_DIR = Path(__file__).parent / "fonts"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_INVISIBLE_MARKS = frozenset({0x034F, *range(0xFE00, 0xFE10)})


def printable(text: str) -> str:
    """Return text that every renderer prints literally: a character that cannot be shows its code point.

    Line feeds and spaces stay, a tabulation becomes a space; other control, formatting and unassigned
    characters are shown by their code, since PDF/A forbids some and the reader would not see the rest.
    """
    if text.isascii() and text.isprintable():
        return text
    known = covered_characters()
    return "".join(char if char in known else _shown(char) for char in text)


def _shown(char: str) -> str:
    if char == "\n":
        return char
    return " " if char == "\t" else f"[U+{ord(char):04X}]"


@cache
def covered_characters() -> frozenset[str]:
    """Return the characters that some shipped font covers in each of its weights."""
    families: dict[str, list[frozenset[int]]] = {}
    for path in sorted(FONTS_DIR.glob("*.ttf")):
        families.setdefault(path.name.split("_", maxsplit=1)[0], []).append(read_cmap(path.read_bytes()))
    points = frozenset().union(*(frozenset.intersection(*weights) for weights in families.values()))
    visible = points - _INVISIBLE_MARKS
    return frozenset(chr(point) for point in visible if unicodedata.category(chr(point)) not in _INVISIBLE)


def read_cmap(font: bytes) -> frozenset[int]:
    """Return the code points of a TrueType font's character map (formats 4 and 12 of OpenType)."""
    table_count = struct.unpack_from(">H", font, 4)[0]
    tables = (struct.unpack_from(">4sLLL", font, 12 + 16 * index) for index in range(table_count))
    start = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    points: set[int] = set()
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">HHL", font, start + 4 + 8 * index)[2]
        points |= _read_subtable(font, offset)
    return frozenset(points)


def _read_subtable(font: bytes, offset: int) -> set[int]:
    form = struct.unpack_from(">H", font, offset)[0]
    if form == 4:
        return _read_format_4(font, offset)
    return _read_format_12(font, offset) if form == 12 else set()


def _read_format_4(font: bytes, offset: int) -> set[int]:
    count = struct.unpack_from(">H", font, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, offset + 14)
    starts = struct.unpack_from(f">{count}H", font, offset + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, offset + 16 + 4 * count)
    ranges_at = offset + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    points = set()
    for segment, (first, last, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if shift:
                glyph = struct.unpack_from(">H", font, ranges_at + 2 * segment + shift + 2 * (point - first))[
                    0
                ]
            if glyph and (shift or (glyph + delta) & 0xFFFF):
                points.add(point)
    return points


def _read_format_12(font: bytes, offset: int) -> set[int]:
    points: set[int] = set()
    for index in range(struct.unpack_from(">L", font, offset + 12)[0]):
        first, last, glyph = struct.unpack_from(">LLL", font, offset + 16 + 12 * index)
        points.update(range(first if glyph else first + 1, last + 1))
    return points
