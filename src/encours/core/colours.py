"""Know whether a colour can be read on white paper (WCAG 2.2, 1.4.3), and the nearest darker one that can."""

from __future__ import annotations

import re
from fractions import Fraction

LEAST_CONTRAST = Fraction(9, 2)
"""What WCAG asks of ordinary text, level AA: 4.5 to 1."""
_HEX = re.compile("#[0-9a-f]{6}")


def parse_colour(text: str) -> str | None:
    """Return a colour as ``#rrggbb`` in small letters, or None where the text is none."""
    colour = text.strip().lower()
    return colour if _HEX.fullmatch(colour) else None


def contrast_on_white(colour: str) -> float:
    """Return the contrast of ``#rrggbb`` with white: from 1 (white) to 21 (black)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_readable(colour: str) -> bool:
    """Tell whether text of this colour can be read on white."""
    return contrast_on_white(colour) >= LEAST_CONTRAST


def darkened(colour: str) -> str:
    """Return the first colour that can be read on white, on the way from this one to black."""
    channels = _channels(colour)
    shades = (
        "#" + "".join(f"{channel * percent // 100:02x}" for channel in channels)
        for percent in range(100, -1, -1)
    )
    return next(shade for shade in shades if is_readable(shade))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
