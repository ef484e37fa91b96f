"""Put a letter and what goes with it into one file to print; only the parts are archived."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pikepdf


def merge_pdfs(parts: Iterable[bytes]) -> bytes:
    """Return the pages of several PDFs one after the other, each part starting on a new page."""
    target = io.BytesIO()
    with pikepdf.new() as merged:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as source:
                merged.pages.extend(source.pages)
        merged.save(target)
    return target.getvalue()
