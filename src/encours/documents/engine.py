"""The engine: data in, PDF bytes out; the same data always gives the same bytes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

from encours.documents import pool
from encours.documents.compiling import DrawingError, Order, draw_mark, draw_pdf, draw_pictures
from encours.documents.coverage import printable

__all__ = [
    "DrawingError",
    "make_order",
    "make_printable",
    "render_mark",
    "render_pdf",
    "render_pictures",
    "try_pdf",
]

TRIAL_SECONDS = 10.0
ISOLATED_FROM_CHARACTERS = 15_000
"""From this much data on (a statement of some 120 lines), a document is drawn in a process of its own."""


def render_pdf(
    template: Path,
    data: Mapping[str, object],
    *,
    date: dt.date,
    attachment: str = "",
    attached_as: str = "",
    pictures: Mapping[str, str] | None = None,
) -> bytes:
    """Return a tagged PDF/A-3b and PDF/UA-1 document drawn by a template of this package.

    ``data`` holds JSON values; it reaches the template as data and is never read as markup. ``date`` is
    written as the creation date: no clock is read. ``attachment`` is a JSON text enclosed in the PDF
    under the name ``attached_as``; ``pictures`` are SVG documents that the template draws by their names.
    Raises DrawingError.
    """
    order = make_order(template, data, date, attachment, attached_as, pictures)
    is_large = len(order.inputs["data"]) >= ISOLATED_FROM_CHARACTERS
    return pool.draw(order) if is_large else draw_pdf(order)


def render_pictures(
    template: Path,
    data: Mapping[str, object],
    *,
    date: dt.date,
    ppi: float,
    pictures: Mapping[str, str] | None = None,
) -> list[bytes]:
    """Return each page of the same document as a PNG picture, for a preview on screen."""
    return draw_pictures(make_order(template, data, date, "", "", pictures), ppi)


def try_pdf(
    template: Path, data: Mapping[str, object], *, date: dt.date, pictures: Mapping[str, str]
) -> None:
    """Draw a document with pictures that somebody just sent, in a process that can be killed.

    Raises DrawingError where they cannot be drawn, or not in good time.
    """
    pool.draw(make_order(template, data, date, "", "", pictures), timeout_seconds=TRIAL_SECONDS)


def render_mark(template: Path) -> bytes:
    """Return a drawing without data, to lay over the pages of another PDF; always the same bytes."""
    return draw_mark(Order(str(template), {}, "2000-01-01"))


def make_printable(value: object) -> object:
    """Return JSON data whose every text the shipped fonts can print literally."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: make_printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [make_printable(item) for item in value]
    return value


def make_order(
    template: Path,
    data: Mapping[str, object],
    date: dt.date,
    attachment: str,
    attached_as: str,
    pictures: Mapping[str, str] | None = None,
) -> Order:
    """Return what the compiler is given: the data as JSON, all of it printable."""
    text = json.dumps(make_printable(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    enclosed = attachment.encode("utf-8", "backslashreplace").decode()
    inputs = {**(pictures or {}), "data": text, "attachment": enclosed, "attached_as": attached_as}
    return Order(str(template), inputs, date.isoformat())
