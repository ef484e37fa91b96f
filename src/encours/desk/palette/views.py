"""The palette as a page, or its options alone for the window of the keyboard; the sheet of the shortcuts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from encours.access.models import Role
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.desk.palette.commands import command_of
from encours.desk.palette.finding import find


@requires(Role.READER)
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Show what holds the text typed, in a page or as options of the list box."""
    user = user_of(request)
    text, action = request.GET.get("q", ""), request.GET.get("action", "")
    context = {
        "groups": find(user, scope_of(user), text, action),
        "text": text,
        "command": command_of(user, action),
    }
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "desk/palette/options.html" if is_part else "desk/palette/page.html", context)


@requires(Role.READER)
@require_safe
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Show the keys that do something, in a page or in the window."""
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "desk/palette/window.html" if is_part else "desk/palette/shortcuts.html")
