"""Know what an entity chooses for its letters: colour, pictures, margins, footer, payment block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from encours.documents.pictures import fitted, picture_of

LOGO_HEIGHTS_MM = (8, 30)
MARGINS_MM = {"left": (15, 25), "right": (15, 25), "top": (10, 30), "bottom": (25, 40)}
"""Least and greatest margin of each side: none moves the recipient out of the window of the envelope."""
LOGO_WIDTH_MM = 78
SIGNATURE_MM = (55, 22)
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The choices of an entity as they are frozen in a document; a picture is known by its SHA-256."""

    accent: str = "#1f3a5f"
    logo_sha256: str = ""
    logo_height_mm: int = 18
    signature_sha256: str = ""
    margin_left_mm: int = 20
    margin_right_mm: int = 20
    margin_top_mm: int = 20
    margin_bottom_mm: int = 29
    footer_note: str = ""
    has_payment_block: bool = False


PLAIN = Letterhead()
"""What an entity that chose nothing prints."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pictures of a letterhead, ready for a template: their sizes in its data, their SVG beside it."""

    logo: dict[str, float] | None
    signature: dict[str, float] | None
    pictures: dict[str, str]


NOTHING_DRAWN = Drawn(None, None, {})


def draw_pictures(letterhead: Letterhead, contents: Mapping[str, bytes]) -> Drawn:
    """Return the pictures of a letterhead as a template receives them; ``contents`` holds them by SHA-256."""
    logo, signature = (
        picture_of(contents[sha256]) if sha256 else None
        for sha256 in (letterhead.logo_sha256, letterhead.signature_sha256)
    )
    named = {"logo": logo, "signature": signature}
    return Drawn(
        logo=fitted(logo, LOGO_WIDTH_MM, letterhead.logo_height_mm) if logo else None,
        signature=fitted(signature, *SIGNATURE_MM) if signature else None,
        pictures={name: picture.svg for name, picture in named.items() if picture is not None},
    )


def draw_logo(
    letterhead: Letterhead, contents: Mapping[str, bytes], *, width_mm: float, height_mm: float
) -> Drawn:
    """Return the logo of a letterhead alone, at most so large; it has no picture where there is none."""
    if not letterhead.logo_sha256:
        return NOTHING_DRAWN
    logo = picture_of(contents[letterhead.logo_sha256])
    return Drawn(logo=fitted(logo, width_mm, height_mm), signature=None, pictures={"logo": logo.svg})


def margins_of(letterhead: Letterhead) -> dict[str, int]:
    """Return the margins as a template receives them, in millimetres."""
    return {
        "left": letterhead.margin_left_mm,
        "right": letterhead.margin_right_mm,
        "top": letterhead.margin_top_mm,
        "bottom": letterhead.margin_bottom_mm,
    }
