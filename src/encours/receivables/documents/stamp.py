"""Stamp «DUPLICATA» on each page of an original invoice; what it encloses (Factur-X) survives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf

from encours.core.errors import Refusal

MAX_PAGES = 500
MAX_BYTES = 50_000_000
MARK = "DUPLICATA"
_FONT = pikepdf.Name("/EncoursStamp")


class UnreadablePdf(Refusal):
    """The file is not a PDF that can be opened, stamped and enclosed."""


def stamp_original(content: bytes) -> bytes:
    """Return a copy of a PDF with «DUPLICATA» across the top of each page; the same bytes each time.

    Raises UnreadablePdf, with a French sentence, for what is no PDF, is encrypted or has too many pages.
    The mark makes no claim to PDF/A: its font is one of the fourteen that every reader has.
    """
    with _opened(content) as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name("/Helvetica-Bold"),
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        )
        for page in pdf.pages:
            _stamp(pdf, page, font)
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True, fix_metadata_version=False)
    return target.getvalue()


@contextmanager
def _opened(content: bytes) -> Iterator[pikepdf.Pdf]:
    if len(content) > MAX_BYTES:
        raise UnreadablePdf(f"Ce PDF est trop gros : {MAX_BYTES // 1_000_000} Mo au plus.")
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise UnreadablePdf(
                    "Ce PDF est protégé : donnez-en une copie sans mot de passe ni restriction."
                )
            count = len(pdf.pages)
            if not 1 <= count <= MAX_PAGES:
                raise UnreadablePdf(f"Ce PDF a {count} pages : il en faut de 1 à {MAX_PAGES}.")
            yield pdf
    except pikepdf.PasswordError as error:
        raise UnreadablePdf(
            "Ce PDF demande un mot de passe : donnez-en une copie sans protection."
        ) from error
    except (
        pikepdf.PdfError,
        pikepdf.ForeignObjectError,
        RuntimeError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ) as error:
        raise UnreadablePdf(
            "Ce fichier n'est pas un PDF lisible : vérifiez-le ou donnez-en un autre."
        ) from error


def _stamp(pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object) -> None:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    turn = int(page.obj.get("/Rotate", 0) or 0) % 360
    width, height = (right - left, top - bottom) if turn % 180 == 0 else (top - bottom, right - left)
    page.add_resource(font, pikepdf.Name.Font, _FONT)
    matrix = _upright(turn, left, bottom, right, top)
    size = max(8.0, min(22.0, width / 14))
    x, y = (width - size * 6.6) / 2, height - size * 1.6
    drawn = (
        f"q {matrix} cm 0.70 0.10 0.10 rg 0.70 0.10 0.10 RG 1.2 w /Artifact BMC "
        f"{x - size * 0.5:.2f} {y - size * 0.4:.2f} {size * 7.6:.2f} {size * 1.5:.2f} re S "
        f"BT {_FONT} {size:.2f} Tf {x:.2f} {y:.2f} Td ({MARK}) Tj ET EMC Q"
    )
    page.contents_add(pdf.make_stream(b"q"), prepend=True)
    page.contents_add(pdf.make_stream(b"Q " + drawn.encode("ascii")))


def _upright(turn: int, left: float, bottom: float, right: float, top: float) -> str:
    """Return the matrix that puts the origin at the bottom left of the page as a reader sees it."""
    matrices = {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }
    return " ".join(f"{value:.2f}" for value in matrices.get(turn, matrices[0]))
