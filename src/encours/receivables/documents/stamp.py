"""Stamp «DUPLICATA» on each page of an original invoice; what it encloses (Factur-X) survives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf

from encours.core.errors import Refusal
from encours.core.sentences import say
from encours.receivables.documents.mark import Marker

MAX_PAGES = 500
MAX_BYTES = 50_000_000


class UnreadablePdf(Refusal):
    """The file is not a PDF that can be opened, stamped and enclosed."""


def stamp_original(content: bytes) -> bytes:
    """Return a copy of a PDF with «DUPLICATA» across the top of each page; the same bytes each time.

    What it encloses survives, and so do its claims to PDF/A: the mark brings its own font. Raises
    UnreadablePdf, with a French sentence, for what is no PDF, is encrypted, or has too many pages.
    """
    with _opened(content) as pdf:
        _show_pages_alone(pdf)
        marker = Marker(pdf)
        for page in pdf.pages:
            marker.mark(page)
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True, fix_metadata_version=False)
    return target.getvalue()


def _show_pages_alone(pdf: pikepdf.Pdf) -> None:
    """Drop the XFA description of a form, which a reader would show instead of the marked pages.

    A form that is drawn from it alone has no page of its own to mark, but «please wait».
    """
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary) or "/XFA" not in form:
        return
    if bool(pdf.Root.get("/NeedsRendering", False)):
        raise UnreadablePdf(say("Ce PDF est un formulaire XFA\u00a0: donnez-en une copie imprimée en PDF."))
    del form["/XFA"]


@contextmanager
def _opened(content: bytes) -> Iterator[pikepdf.Pdf]:
    if len(content) > MAX_BYTES:
        raise UnreadablePdf(
            say("Ce PDF est trop gros\u00a0: %(most)s Mo au plus.", most=MAX_BYTES // 1_000_000)
        )
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise UnreadablePdf(
                    say("Ce PDF est protégé\u00a0: donnez-en une copie sans mot de passe ni restriction.")
                )
            count = len(pdf.pages)
            if not 1 <= count <= MAX_PAGES:
                raise UnreadablePdf(
                    say(
                        "Ce PDF a %(count)s pages\u00a0: il en faut de 1 à %(most)s.",
                        count=count,
                        most=MAX_PAGES,
                    )
                )
            yield pdf
    except pikepdf.PasswordError as error:
        raise UnreadablePdf(
            say("Ce PDF demande un mot de passe\u00a0: donnez-en une copie sans protection.")
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
            say("Ce fichier n'est pas un PDF lisible\u00a0: vérifiez-le ou donnez-en un autre.")
        ) from error
