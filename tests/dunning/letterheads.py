"""Logos and signatures for tests, drawn here: a wide one, a high one, one in SVG, a signature."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from encours.core.hash_chain import sha256_of
from encours.documents.pictures import clean_picture

SVG_LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="40" height="40" rx="8" '
    b'fill="#0b6e4f"/><path d="M10 28 20 12l10 16z" fill="#fff"/>'
    b'<path d="M50 10h60v6H50zM50 22h40v6H50z" fill="#0b6e4f"/></svg>'
)
"""A square with a triangle, and two bars."""


def raster_logo(width: int = 640, height: int = 200, kind: str = "PNG") -> bytes:
    """Return an orange disc and a blue bar."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    disc = min(width, height)
    pen.ellipse((4, 4, disc - 4, disc - 4), fill="#c4510c")
    pen.rectangle((width // 3, height // 3, width - 4, 2 * height // 3), fill="#12508a")
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


def signature() -> bytes:
    """Return a curve like a signature, on nothing."""
    image = Image.new("RGBA", (500, 180), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    points = [(20, 130), (90, 30), (110, 140), (170, 60), (200, 130), (290, 50), (300, 120), (480, 80)]
    pen.line(points, fill="#1a2a6c", width=7, joint="curve")
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


PICTURES = tuple(
    clean_picture(sent) for sent in (raster_logo(), raster_logo(200, 400), signature(), SVG_LOGO)
)
WIDE, HIGH, SIGNED, DRAWN = (sha256_of(picture) for picture in PICTURES)
"""The SHA-256 of each picture: a wide logo, a high one, a signature, a logo in SVG."""
CONTENTS = {sha256_of(picture): picture for picture in PICTURES}
