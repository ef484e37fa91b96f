"""All that was said and paid on one account, a page at a time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from encours.access.models import Role
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.desk.timeline import read_mark
from encours.desk.timeline import timeline as events_of
from encours.parties.queries import accounts_in


@requires(Role.READER)
@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the events of an account, those below a mark where the address gives one."""
    account = get_object_or_404(accounts_in(scope_of(user_of(request))), pk=pk)
    try:
        before = read_mark(request.GET["avant"]) if "avant" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    events, older = events_of(account.pk, before)
    context = {"account": account, "events": events, "older": older, "is_first": before is None}
    template = "desk/parts/timeline.html" if request.headers.get("HX-Request") else "desk/timeline.html"
    return render(request, template, context)
