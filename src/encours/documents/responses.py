"""Give a stored file to a browser under its name; a PDF opens in the browser's own viewer."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_response(content: bytes, *, media_type: str, filename: str) -> HttpResponse:
    """Return a file: a PDF inline, anything else as a download.

    A file carries no content policy: Chromium applies the policy of a PDF to its own viewer, whose inline
    styles ours forbids. What is not a PDF is never shown, and its type is never guessed (nosniff).
    """
    response = HttpResponse(content, content_type=media_type)
    disposition = content_disposition_header(as_attachment=media_type != PDF, filename=filename)
    response["Content-Disposition"] = disposition or "inline"
    response["Cache-Control"] = "private, no-cache"
    response._csp_exempt = True  # type: ignore[attr-defined]  # what csp.decorators.csp_exempt sets
    return response


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Return a PDF that the browser opens in place under its name."""
    return file_response(content, media_type=PDF, filename=name)


def xlsx_response(content: bytes, name: str) -> HttpResponse:
    """Return a workbook that the browser saves under its name."""
    return file_response(content, media_type=XLSX, filename=name)
