"""Know which characters the shipped fonts can print, and write the others as ``[U+4E2D]``."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from encours.documents.font_tables import read_cmap

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
        families.setdefault(path.name.split("_", maxsplit=1)[0], []).append(
            frozenset(read_cmap(path.read_bytes()))
        )
    points = frozenset().union(*(frozenset.intersection(*weights) for weights in families.values()))
    visible = points - _INVISIBLE_MARKS
    return frozenset(chr(point) for point in visible if unicodedata.category(chr(point)) not in _INVISIBLE)
