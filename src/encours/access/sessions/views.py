"""End sessions from elsewhere: one's own, or those of a user whom one administers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from encours.access.models import Role
from encours.access.queries import users_in
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.access.sessions import actions


@requires(Role.READER)
@require_POST
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions, wherever it is open; this one is ended by signing out."""
    user, present = user_of(request), request.session.session_key or ""
    is_ended = actions.end_session(
        user=user, session_id=pk, but=present, actor=actor_of(request), now=timezone.now()
    )
    if is_ended:
        messages.success(request, _("Cette session est fermée."))
    else:
        messages.info(request, _("Cette session était déjà fermée."))
    return redirect("access:security")


@requires(Role.READER)
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    present = request.session.session_key or ""
    count = actions.end_sessions(
        user=user_of(request), but=present, actor=actor_of(request), now=timezone.now()
    )
    messages.success(request, _told(count))
    return redirect("access:security")


@requires(Role.ADMINISTRATOR)
@require_POST
def end_of_user(request: HttpRequest, pk: int) -> HttpResponse:
    """End all sessions of a user."""
    person = get_object_or_404(users_in(scope_of(user_of(request))), pk=pk)
    present = request.session.session_key or ""
    count = actions.end_sessions(user=person, but=present, actor=actor_of(request), now=timezone.now())
    messages.success(request, _told(count))
    return redirect("access:user", pk=pk)


def _told(count: int) -> str:
    if not count:
        return _("Aucune autre session n'était ouverte.")
    return ngettext("%d session est fermée.", "%d sessions sont fermées.", count) % count
