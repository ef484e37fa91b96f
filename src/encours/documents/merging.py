"""Merge archived PDF for printing: each document's pages in order, on a right-hand page if asked."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import ExitStack

import pikepdf

from encours.core.errors import Refusal


class UnmergeablePdf(Refusal):
    """One of the documents cannot be read."""


def merge_for_print(documents: Iterable[bytes], *, are_right_handed: bool = False) -> bytes:
    """Return one PDF of all the documents, in their order; the archived bytes are not changed.

    With ``are_right_handed`` each document starts on an odd page, for printing on both sides. The merged
    file makes no claim to PDF/A or PDF/UA; the documents themselves keep theirs. Raises UnmergeablePdf.
    """
    with ExitStack() as stack:
        merged = stack.enter_context(pikepdf.new())
        for position, content in enumerate(documents, start=1):
            try:
                source = stack.enter_context(pikepdf.open(io.BytesIO(content)))
                _append(merged, source, are_right_handed=are_right_handed)
            except (pikepdf.PdfError, RuntimeError, ValueError) as error:
                raise UnmergeablePdf(f"Le document n°\u00a0{position} n'est pas un PDF lisible.") from error
        target = io.BytesIO()
        merged.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return target.getvalue()


def _append(merged: pikepdf.Pdf, source: pikepdf.Pdf, *, are_right_handed: bool) -> None:
    if are_right_handed and len(merged.pages) % 2:
        box = merged.pages[-1].mediabox
        merged.add_blank_page(page_size=(float(box[2]) - float(box[0]), float(box[3]) - float(box[1])))
    for page in source.pages:
        for key in ("/StructParents", "/Tabs"):
            if key in page.obj:
                del page.obj[key]
        merged.pages.append(page)
