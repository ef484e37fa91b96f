"""Take a logo or a signature that somebody sends: known by its content, bounded, rewritten, never trusted.

What is kept is never the file that was sent. A PNG or JPEG is decoded and written again, small, opaque and
without its metadata; an SVG is rebuilt from the few elements that draw a logo (documents.svg).
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from encours.core.errors import Refusal
from encours.documents import svg

MAX_SENT_BYTES = 2_000_000
MAX_SENT_PIXELS = 25_000_000
MAX_SIZE = (900, 360)
"""What 78 by 30 mm need at 300 dots an inch."""
MAX_PNG_BYTES = 100_000
"""A larger PNG is a photograph: it is kept as a JPEG, so that every letter stays small."""
MIN_RATIO, MAX_RATIO = 1 / 4, 20
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a template can draw: an SVG document, and its width divided by its height."""

    svg: str
    ratio: float


def clean_picture(content: bytes) -> bytes:
    """Return the picture that is kept of a file: PNG, JPEG or SVG; raise Refusal for anything else."""
    if len(content) > MAX_SENT_BYTES:
        raise Refusal(
            _("Cette image pèse %(size)s ko, plus que la limite de %(limit)s ko\u00a0: réduisez-la.")
            % {"size": len(content) // 1000, "limit": MAX_SENT_BYTES // 1000}
        )
    if content.startswith((_PNG, _JPEG)):
        cleaned = _written_again(_decoded(content))
    elif svg.looks_like_svg(content):
        cleaned = svg.rebuild(content)
    else:
        raise Refusal(_("Ce fichier n'est pas une image PNG, JPEG ou SVG\u00a0: choisissez-en une autre."))
    if not MIN_RATIO <= picture_of(cleaned).ratio <= MAX_RATIO:
        raise Refusal(
            _(
                "Cette image est trop étirée\u00a0: au plus vingt fois plus large que haute, et quatre fois"
                " plus haute que large."
            )
        )
    return cleaned


@lru_cache(maxsize=32)
def picture_of(content: bytes) -> Picture:
    """Return a kept picture as a template draws it; a PNG or JPEG is wrapped in an SVG."""
    if not content.startswith((_PNG, _JPEG)):
        text = content.decode()
        width, height = svg.size_of(text)
        return Picture(text, width / height)
    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
    kind = "png" if content.startswith(_PNG) else "jpeg"
    encoded = base64.b64encode(content).decode()
    wrapped = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" xlink:href="data:image/{kind};base64,{encoded}"/></svg>'
    )
    return Picture(wrapped, width / height)


def fitted(picture: Picture, width_mm: float, height_mm: float) -> dict[str, float]:
    """Return the size in millimetres of a picture as large as it can be within a width and a height."""
    width = min(width_mm, height_mm * picture.ratio)
    return {"width": round(width, 2), "height": round(width / picture.ratio, 2)}


def _decoded(content: bytes) -> Image.Image:
    """Return the picture upright, in RGB on white, at most as large as paper can show."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_SENT_PIXELS:
                raise Refusal(
                    _("Cette image a trop de points (%(width)s × %(height)s)\u00a0: réduisez-la.")
                    % {"width": image.width, "height": image.height}
                )
            image.draft("RGB", MAX_SIZE)
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail(MAX_SIZE, Image.Resampling.LANCZOS)
            return _on_white(upright)
    except Image.DecompressionBombError as error:
        raise Refusal(_("Cette image a trop de points\u00a0: réduisez-la.")) from error
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombWarning) as error:
        raise Refusal(
            _("Cette image est abîmée\u00a0: enregistrez-la à nouveau en PNG ou en JPEG.")
        ) from error


def _on_white(image: Image.Image) -> Image.Image:
    with_alpha = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, with_alpha).convert("RGB")


def _written_again(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    if target.tell() > MAX_PNG_BYTES:
        target = io.BytesIO()
        image.save(target, "JPEG", quality=88, subsampling=0, optimize=True)
    return target.getvalue()
