"""End sessions that have lasted too long, and note where the others are used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from encours.access.models import User
from encours.access.requests import address_of
from encours.access.sessions import actions, limits


class SessionLimitsMiddleware:
    """A session ends after a while without use, and after a day's work; what was typed is kept as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the session before anything else does."""
        if isinstance(request.user, User):
            self._look_at(request, request.user)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest, user: User) -> None:
        session, now = request.session, timezone.now()
        key = session.session_key or ""
        if limits.is_over(session, settings.SESSION_LIMITS, now=now):
            actions.forget_session(session_key=key)
            auth.logout(request)
        elif limits.is_due(session, now=now):
            began = session.setdefault(limits.BEGAN, now.timestamp())
            session[limits.SEEN] = now.timestamp()
            actions.note_use(
                session_key=key,
                user=user,
                began_at=dt.datetime.fromtimestamp(began, dt.UTC),
                address=address_of(request),
                browser=request.headers.get("User-Agent", ""),
                now=now,
            )
