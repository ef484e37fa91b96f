"""Health check and error pages: never a traceback, always what to do next."""

from __future__ import annotations

import sys

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template import loader
from django.templatetags.static import static

from encours.access.rights import public
from encours.archive.bucket import UnavailableError

RETRY_SECONDS = 5


@public
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the server runs and that the database answers; 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "unavailable", "database": "unavailable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


@public
def favicon(_request: HttpRequest) -> HttpResponse:
    """Lead to our icon from where a browser looks for it by itself, beside a PDF for example."""
    return redirect(static("web/favicon.svg"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that the request could not be understood."""
    return _error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say which right is missing, where the refusal names it."""
    sentence = str(exception) if isinstance(exception, PermissionDenied) else ""
    return render(request, "web/errors/403.html", {"sentence": sentence}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that there is nothing at this address, or nothing for this user."""
    return render(request, "web/errors/404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say that the form has expired, and how to send it again without losing what was typed.

    A part of a page, which only a page of ours can ask for, gets the token of the new sign-in.
    """
    answer = render(request, "web/errors/csrf.html", status=403)
    if request.headers.get("HX-Request") and request.user.is_authenticated:
        answer.headers["X-New-Token"] = get_token(request)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something failed on our side; the page needs neither database nor session.

    503 where only the database, or the store of documents, does not answer: asking again later is all to do.
    """
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return _error_page(request, 500)
    failure = sys.exc_info()[1]
    answer = _error_page(request, 503, str(failure) if isinstance(failure, UnavailableError) else "")
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _error_page(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    context = {"request_id": getattr(request, "request_id", ""), "sentence": sentence}
    content = loader.render_to_string(f"web/errors/{status}.html", context)
    return HttpResponse(content, status=status)
