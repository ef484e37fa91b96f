"""Give a stored file to a browser under its name; a PDF opens in the browser's own viewer."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


IN_NO_PAGE, IN_OUR_PAGES = "frame-ancestors 'none'", "frame-ancestors 'self'"


def file_response(content: bytes, *, media_type: str, filename: str) -> HttpResponse:
    """Return a file: a PDF inline, anything else as a download.

    Of the content policy a PDF says only who may embed it: Chromium applies the rest to its own viewer, whose
    inline styles ours forbids. What is not a PDF is never shown, and its type is never guessed (nosniff).
    """
    response = HttpResponse(content, content_type=media_type)
    disposition = content_disposition_header(as_attachment=media_type != PDF, filename=filename)
    response["Content-Disposition"] = disposition or "inline"
    if media_type == PDF:
        response["Content-Security-Policy"] = IN_NO_PAGE
    return response


def pdf_response(content: bytes, name: str, *, embedded: bool = False) -> HttpResponse:
    """Return a PDF that the browser opens in place under its name, within a page of ours too if said so."""
    response = file_response(content, media_type=PDF, filename=name)
    if embedded:
        response["Content-Security-Policy"] = IN_OUR_PAGES
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def xlsx_response(content: bytes, name: str) -> HttpResponse:
    """Return a workbook that the browser saves under its name."""
    return file_response(content, media_type=XLSX, filename=name)
