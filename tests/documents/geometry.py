"""Read where the text of a PDF stands, in millimetres from the top left of the page."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Char:
    """One printed character and its box."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def chars_of(content: bytes, page_number: int = 0) -> list[Char]:
    """Return every visible character of a page."""
    pdf = pypdfium2.PdfDocument(content)
    try:
        page = pdf[page_number]
        height = page.get_height()
        text = page.get_textpage()
        found = []
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            char = text.get_text_range(index, 1)
            if char.strip() and right > left:
                box = (left, height - top, right, height - bottom)
                found.append(Char(char, *(edge / POINTS_PER_MM for edge in box)))
        text.close()
        page.close()
        return found
    finally:
        pdf.close()


def boxes_of(content: bytes, needle: str, page_number: int = 0) -> list[tuple[float, float, float, float]]:
    """Return the box of each occurrence of a text without spaces: left, top, right, bottom."""
    chars = chars_of(content, page_number)
    joined = "".join(char.text for char in chars)
    found = []
    at = joined.find(needle)
    while at >= 0:
        part = chars[at : at + len(needle)]
        found.append(
            (
                min(char.left for char in part),
                min(char.top for char in part),
                max(char.right for char in part),
                max(char.bottom for char in part),
            )
        )
        at = joined.find(needle, at + 1)
    return found


def shapes_of(content: bytes, page_number: int = 0) -> list[tuple[float, ...]]:
    """Return the box of every picture, line and frame of a page: left, top, right, bottom."""
    pdf = pypdfium2.PdfDocument(content)
    try:
        page = pdf[page_number]
        height = page.get_height()
        found = []
        for shape in page.get_objects(max_depth=8):
            if shape.type != pypdfium2.raw.FPDF_PAGEOBJ_TEXT:
                left, bottom, right, top = shape.get_bounds()
                edges = (left, height - top, right, height - bottom)
                found.append(tuple(edge / POINTS_PER_MM for edge in edges))
        page.close()
        return found
    finally:
        pdf.close()


def page_count(content: bytes) -> int:
    """Return the number of pages."""
    pdf = pypdfium2.PdfDocument(content)
    try:
        return len(pdf)
    finally:
        pdf.close()
