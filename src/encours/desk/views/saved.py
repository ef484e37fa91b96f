"""The filters that a user saved: save, open, rename, make default, delete."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.rights import requires, user_of
from encours.access.undo import say_done
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.desk import actions
from encours.desk.filters import parse_query
from encours.desk.models import SavedFilter
from encours.desk.queries import saved_filters_of


@requires(Role.READER)
@require_http_methods(["GET", "HEAD", "POST"])
def saved_filters(request: HttpRequest) -> HttpResponse:
    """Show the saved filters, or save the one that the list shows."""
    user = user_of(request)
    if request.method != "POST":
        return render(request, "desk/filters.html", {"saved": saved_filters_of(user)})
    try:
        criteria = parse_query(QueryDict(request.POST.get("query", "")), today=paris_date(timezone.now()))
        query = criteria.to_saved_query()
        is_default = "is_default" in request.POST
        kept = actions.save_filter(
            user=user, name=request.POST.get("name", ""), query=query, is_default=is_default
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('desk:accounts')}?{request.POST.get('query', '')}")
    messages.success(request, _("Le filtre «\u00a0%s\u00a0» est enregistré.") % kept.name)
    return redirect(f"{reverse('desk:accounts')}?{query}")


@requires(Role.READER)
@require_POST
def change_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a saved filter, make it the default or no longer, or delete it."""
    saved = SavedFilter.objects.filter(pk=pk, user=user_of(request)).first()
    action = request.POST.get("action", "")
    if saved is None:
        messages.error(request, _("Ce filtre n'existe plus."))
        return redirect("desk:saved_filters")
    try:
        if action == "delete":
            actions.delete_filter(saved=saved)
            say_done(request, _("Le filtre « %s » est supprimé.") % saved.name, **_again(saved))
        elif action == "rename":
            actions.rename_filter(saved=saved, name=request.POST.get("name", ""))
        elif action in {"default", "not_default"}:
            actions.make_default(saved=saved, is_default=action == "default")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:saved_filters")


def _again(saved: SavedFilter) -> dict[str, str]:
    """Return how a filter that was deleted is saved again."""
    by_default = {"is_default": "1"} if saved.is_default else {}
    return {"undo_at": reverse("desk:saved_filters"), "name": saved.name, "query": saved.query, **by_default}
