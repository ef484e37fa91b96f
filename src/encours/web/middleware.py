"""What surrounds every request: an id that ties page, log and audit together, and what browsers are asked."""

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


ASKED_OF_BROWSERS = {
    "Cache-Control": "no-store, private",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
            *("magnetometer", "microphone", "midi", "payment", "serial", "usb"),
        )
    ),
}
"""No copy is kept, no other site may embed an answer, and no page may use a device."""


class PrivatePagesMiddleware:
    """Forbid browsers and caches to keep, lend or enrich what a signed-in user sees."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the headers that a view has not set itself."""
        response = self.get_response(request)
        for name, value in ASKED_OF_BROWSERS.items():
            response.headers.setdefault(name, value)
        return response
