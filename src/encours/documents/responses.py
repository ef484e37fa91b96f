"""Give a document to a browser: PDF opened in place, workbooks saved, never kept by a shared cache."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Return a PDF that the browser opens in place under its name."""
    return _response(content, name, "application/pdf", is_saved=False)


def xlsx_response(content: bytes, name: str) -> HttpResponse:
    """Return a workbook that the browser saves under its name."""
    return _response(content, name, XLSX, is_saved=True)


def _response(content: bytes, name: str, media_type: str, *, is_saved: bool) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(is_saved, name) or "",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
