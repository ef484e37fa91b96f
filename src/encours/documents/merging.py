"""Merge archived PDF for printing: each document's pages in order, on a right-hand page if asked."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf

from encours.core.errors import Refusal
from encours.core.sentences import say

A4_POINTS = (595.276, 841.89)
_OF_STRUCTURE = ("/StructParents", "/Tabs", "/PieceInfo")


class UnmergeablePdf(Refusal):
    """One of the files cannot be read."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A document to print: its title in the outline, and its files (the letter, then what is enclosed)."""

    title: str
    files: Iterable[bytes]


def merge_for_print(documents: Iterable[Printed], *, are_right_handed: bool = False) -> bytes:
    """Return one PDF of all the documents, in their order, with an outline; the files are not changed.

    With ``are_right_handed`` each document starts on an odd page, for printing on both sides. The merged
    file makes no claim to PDF/A or PDF/UA; the files themselves keep theirs. Raises UnmergeablePdf.
    """
    with pikepdf.new() as merged:
        starts: list[tuple[str, int]] = []
        count, size = 0, A4_POINTS  # asking the merged file for them takes longer the longer it is
        for document in documents:
            if are_right_handed and count % 2:
                merged.add_blank_page(page_size=size)
                count += 1
            starts.append((document.title, count))
            for content in document.files:
                added, size = _append(merged, content, document.title)
                count += added
        _outline(merged, starts)
        target = io.BytesIO()
        merged.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return target.getvalue()


def _append(merged: pikepdf.Pdf, content: bytes, title: str) -> tuple[int, tuple[float, float]]:
    """Append the pages of a file; return how many they are, and the size of the last.

    The file is closed at once: a thousand open ones take twice the memory.
    """
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as source:
            pages = list(source.pages)
            for page in pages:
                for key in _OF_STRUCTURE:
                    if key in page.obj:
                        del page.obj[key]
            merged.pages.extend(pages)
            return len(pages), _size_of(pages[-1]) if pages else A4_POINTS
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, RuntimeError, ValueError, TypeError) as error:
        raise UnmergeablePdf(
            say("«\u00a0%(title)s\u00a0» contient un PDF illisible.", title=title)
        ) from error


def _size_of(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return abs(right - left), abs(top - bottom)


def _outline(merged: pikepdf.Pdf, starts: list[tuple[str, int]]) -> None:
    pages = list(merged.pages)
    with merged.open_outline() as outline:
        for title, start in starts:
            if start < len(pages):
                to_page = pikepdf.Array([pages[start].obj, pikepdf.Name.Fit])
                outline.root.append(pikepdf.OutlineItem(title, to_page))
