"""Lay the mark «DUPLICATA» over the pages of a PDF: upright, in place, whatever the page did before."""

from __future__ import annotations

import io
import zlib
from functools import cache
from pathlib import Path

import pikepdf

from encours.documents import engine

TEMPLATE = Path(__file__).with_name("stamp.typ")
WIDTH, HEIGHT = 132.0, 30.0
"""Points, as stamp.typ says; on A4 the mark has its own size, on larger pages it grows with them."""
A4_WIDTH = 595.0
MAX_POINTS = 1e7
PARSED_BYTES = 500_000
"""Longer contents, unpacked, are not searched for what they leave open: it could take gigabytes."""


@cache
def _mark_pdf() -> bytes:
    """Return the mark as PDF/A with its font embedded, so that a marked PDF/A stays one."""
    return engine.render_mark(TEMPLATE)


class Marker:
    """Marks the pages of one PDF, all with the same drawing."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        with pikepdf.open(io.BytesIO(_mark_pdf())) as source:
            self._form = pdf.copy_foreign(source.pages[0].as_form_xobject())

    def mark(self, page: pikepdf.Page) -> None:
        """Mark the top of a page, as its reader sees it; raise ValueError for a page without an area."""
        left, bottom, right, top = _area(page)
        turn = int(page.obj.get("/Rotate", 0) or 0) % 360
        width, height = (right - left, top - bottom) if turn % 180 == 0 else (top - bottom, right - left)
        scale = min(max(width / A4_WIDTH, 0.4), width / WIDTH, height / HEIGHT)
        x, y = (width - WIDTH * scale) / 2, height - HEIGHT * scale - min(5 * scale, height / 20)
        name = page.add_resource(self._form, pikepdf.Name.XObject, pikepdf.Name("/EncoursDuplicata"))
        opened, left_open = _balance(page)
        drawn = (
            f"{'Q ' * (opened + left_open)}/Artifact BMC q {_upright(turn, left, bottom, right, top)} cm"
            f" {scale:.4f} 0 0 {scale:.4f} {x:.2f} {y:.2f} cm {name} Do Q EMC"
        )
        page.contents_add(self._pdf.make_stream(b"q " * opened), prepend=True)
        page.contents_add(self._pdf.make_stream(b"\n" + drawn.encode("ascii")))


def _area(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """Return what is shown of a page: left, bottom, right, top, in points."""
    media, crop = _box(page.mediabox), _box(page.cropbox)
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    is_cropped_away = not (shown[0] < shown[2] and shown[1] < shown[3])
    if is_cropped_away and "/CropBox" in page.obj:
        del page.obj["/CropBox"]
    area = media if is_cropped_away else shown
    if not (area[0] < area[2] and area[1] < area[3] and max(map(abs, area)) <= MAX_POINTS):
        raise ValueError("a page has no area")
    return area


def _box(box: pikepdf.Array) -> tuple[float, float, float, float]:
    first_x, first_y, second_x, second_y = (float(edge) for edge in list(box)[:4])
    return min(first_x, second_x), min(first_y, second_y), max(first_x, second_x), max(first_y, second_y)


def _balance(page: pikepdf.Page) -> tuple[int, int]:
    """Return how many states to save before the contents, and how many they leave unrestored."""
    contents = page.obj.get("/Contents", pikepdf.Array())
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    if not all(isinstance(each, pikepdf.Stream) and _is_small(each) for each in streams):
        return 1, 0
    depth = lowest = 0
    for instruction in pikepdf.parse_content_stream(page, "q Q"):
        depth += 1 if str(instruction.operator) == "q" else -1
        lowest = min(lowest, depth)
    return 1 - lowest, depth


def _is_small(stream: pikepdf.Stream) -> bool:
    """Tell whether a stream unpacks to little; it is unpacked no further than that to find out."""
    raw = stream.read_raw_bytes()
    if "/Filter" not in stream:
        return len(raw) <= PARSED_BYTES
    if stream["/Filter"] != pikepdf.Name.FlateDecode:
        return False
    try:
        return len(zlib.decompressobj().decompress(raw, PARSED_BYTES + 1)) <= PARSED_BYTES
    except zlib.error:
        return False


def _upright(turn: int, left: float, bottom: float, right: float, top: float) -> str:
    """Return the matrix that puts the origin at the bottom left of the page as a reader sees it."""
    matrices = {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }
    return " ".join(f"{value:.2f}" for value in matrices.get(turn, matrices[0]))
