"""The Typst engine: data in, PDF bytes out; the same data always gives the same bytes."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast

import typst

from encours.documents.coverage import FONTS_DIR, printable

ROOT = Path(__file__).resolve().parent.parent
"""The package: templates may read files of it, and of nothing else."""
STANDARDS: list[Literal["a-3b", "ua-1"]] = ["a-3b", "ua-1"]
_NO_PACKAGES = FONTS_DIR / "no-packages"
_local = threading.local()


class DrawingError(RuntimeError):
    """A template could not be drawn; the message carries Typst's file, line and column."""


def render_pdf(
    template: Path, data: Mapping[str, object], *, date: dt.date, attachment: str = "", attached_as: str = ""
) -> bytes:
    """Return a tagged PDF/A-3b and PDF/UA-1 document drawn by a template of this package.

    ``data`` holds JSON values; it reaches the template as data and is never read as markup. ``date`` is
    written as the creation date: no clock is read. ``attachment`` is a JSON text enclosed in the PDF
    under the name ``attached_as``.
    """
    return _compile(template, _inputs(data, attachment, attached_as), date)


def render_pictures(template: Path, data: Mapping[str, object], *, date: dt.date, ppi: float) -> list[bytes]:
    """Return each page of the same document as a PNG picture, for a preview on screen."""
    try:
        pages = _compiler().compile(
            template, format="png", ppi=ppi, sys_inputs=_inputs(data, "", ""), timestamp=_noon(date)
        )
    except typst.TypstError as error:
        raise DrawingError(error.diagnostic) from error
    return pages if isinstance(pages, list) else [cast("bytes", pages)]


def _compile(template: Path, inputs: dict[str, str], date: dt.date) -> bytes:
    try:
        drawn = _compiler().compile(
            template, format="pdf", sys_inputs=inputs, pdf_standards=list(STANDARDS), timestamp=_noon(date)
        )
    except typst.TypstError as error:
        raise DrawingError(error.diagnostic) from error
    return cast("bytes", drawn)


def _inputs(data: Mapping[str, object], attachment: str, attached_as: str) -> dict[str, str]:
    text = json.dumps(make_printable(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return {"data": text, "attachment": attachment, "attached_as": attached_as}


def make_printable(value: object) -> object:
    """Return JSON data whose every text the shipped fonts can print literally."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: make_printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [make_printable(item) for item in value]
    return value


def _compiler() -> typst.Compiler:
    """Return this thread's compiler: a Typst world must not be shared between threads."""
    compiler = getattr(_local, "compiler", None)
    if compiler is None:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS_DIR)]
        )
        compiler = typst.Compiler(
            root=str(ROOT),
            font_paths=fonts,
            ignore_system_fonts=True,
            package_path=str(_NO_PACKAGES),
            package_cache_path=str(_NO_PACKAGES),
        )
        _local.compiler = compiler
    return cast("typst.Compiler", compiler)


def _noon(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(12), dt.UTC)
