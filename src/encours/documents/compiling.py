"""Compile a template with Typst in this process: one compiler per thread, same inputs, same bytes."""

from __future__ import annotations

import datetime as dt
import io
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import pikepdf
import typst

from encours.documents.coverage import FONTS_DIR

ROOT = Path(__file__).resolve().parent.parent
"""The package: templates may read files of it, and of nothing else."""
STANDARDS: list[Literal["a-3b", "ua-1"]] = ["a-3b", "ua-1"]
PACKED_FROM_BYTES = 50_000
"""From this size on, the thousands of small objects of a tagged table are packed into streams (a quarter)."""
_NO_PACKAGES = FONTS_DIR / "no-packages"
_local = threading.local()


class DrawingError(RuntimeError):
    """A document could not be drawn; the message carries Typst's file, line and column."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to draw: a template of this package, the texts it receives, and the date written in the PDF."""

    template: str
    inputs: dict[str, str]
    date: str


def draw_pdf(order: Order) -> bytes:
    """Return the document as tagged PDF/A-3b and PDF/UA-1."""
    try:
        drawn = compiler().compile(
            order.template,
            format="pdf",
            sys_inputs=order.inputs,
            pdf_standards=list(STANDARDS),
            timestamp=_noon(order.date),
        )
    except typst.TypstError as error:
        raise DrawingError(error.diagnostic) from error
    content = cast("bytes", drawn)
    return pack(content) if len(content) >= PACKED_FROM_BYTES else content


def draw_mark(order: Order) -> bytes:
    """Return a drawing to lay over pages of others: PDF/A-3b without tags, which only its host could hold."""
    try:
        drawn = compiler().compile(
            order.template, format="pdf", pdf_standards=["a-3b"], pdf_tags=False, timestamp=_noon(order.date)
        )
    except typst.TypstError as error:
        raise DrawingError(error.diagnostic) from error
    return cast("bytes", drawn)


def draw_pictures(order: Order, ppi: float) -> list[bytes]:
    """Return each page of the document as a PNG picture."""
    try:
        pages = compiler().compile(
            order.template, format="png", ppi=ppi, sys_inputs=order.inputs, timestamp=_noon(order.date)
        )
    except typst.TypstError as error:
        raise DrawingError(error.diagnostic) from error
    return pages if isinstance(pages, list) else [cast("bytes", pages)]


def pack(content: bytes) -> bytes:
    """Return the same PDF with its objects in compressed streams, which PDF/A-3 allows."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            target,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return target.getvalue()


def compiler() -> typst.Compiler:
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


def _noon(date: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(date), dt.time(12), dt.UTC)
