"""What surrounds every request: an id that ties page, log and audit together, and private caching."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = structlog.get_logger("encours.web")
Next = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Give each request an id, bind it to the logs, and write one line when it is answered."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and log method, path, status and duration."""
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        start = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                path=request.path,  # without its query: names of customers stay out of the log
                status=response.status_code,
                user_id=getattr(getattr(request, "user", None), "pk", None),
                milliseconds=round((time.perf_counter() - start) * 1000),
            )
        response.headers["X-Request-ID"] = request_id
        return response


class PrivatePagesMiddleware:
    """Forbid caches to keep what a signed-in user sees, unless the view says otherwise."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the header that keeps the answer out of shared and local caches."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
