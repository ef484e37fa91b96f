"""The way in once the first proof is given: the second one where there is one, then the session."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from encours.access import resume
from encours.access.actions import note_sign_in
from encours.access.models import User
from encours.access.requests import actor_for
from encours.access.second_factor.queries import has_second_factor
from encours.access.sessions import limits

PENDING = "encours.pending"
PENDING_SECONDS = 600
BACKEND = "encours.access.backends.SignInBackend"


@dataclass(frozen=True, slots=True)
class Pending:
    """Who has given the first proof, and where he wants to go."""

    user: User
    method: str
    next_page: str
    packed: str


def begin(
    request: HttpRequest, user: User, *, method: str, next_page: str = "/", packed: str = ""
) -> HttpResponse:
    """Answer who has given the first proof: ask for the second one if he has one, else let him in."""
    if not has_second_factor(user):
        return open_session(request, Pending(user, method, next_page, packed))
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "method": method,
        "next": next_page,
        "packed": packed,
    }
    return redirect("access:verify")


def pending_of(request: HttpRequest, *, now: dt.datetime) -> Pending | None:
    """Return who waits for his second proof; nobody after ten minutes, or if his password has changed."""
    kept = request.session.get(PENDING)
    if not kept or now.timestamp() - kept["at"] > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        return None
    return Pending(user, kept["method"], kept["next"], kept["packed"])


def open_session(request: HttpRequest, pending: Pending, *, second: str = "") -> HttpResponse:
    """Open the session, go on where the user was, or hand back what he had sent after it had ended."""
    request.session.pop(PENDING, None)
    resume.forget(request)
    user, now = pending.user, timezone.now()
    auth.login(request, user, backend=BACKEND)
    request.session[limits.BEGAN] = request.session[limits.CONFIRMED] = now.timestamp()
    note_sign_in(user=user, method=pending.method, second=second, actor=actor_for(user, request), now=now)
    interrupted = resume.unpack(pending.packed)
    if interrupted is None:
        return redirect(pending.next_page)
    with translation.override(user.language):
        return render(request, "access/resume.html", {"interrupted": interrupted})


def next_page_of(request: HttpRequest, default: str = "/") -> str:
    """Return the page asked for, if it is one of ours."""
    return safe_page(request, request.POST.get("next") or request.GET.get("next"), default)


def safe_page(request: HttpRequest, page: str | None, default: str = "/") -> str:
    """Return a page if it is one of ours, else the default."""
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if page and is_ours else default
