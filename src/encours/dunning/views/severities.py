"""Administration of the five severities: their names."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.core.errors import Refusal
from encours.dunning.models import Severity
from encours.dunning.template_actions import rename_severities


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Show the severities, or give them their names."""
    rows = list(Severity.objects.order_by("rank"))
    may_rename = scope_of(user_of(request)).entity_ids is None  # they serve every entity
    if request.method == "POST":
        if not may_rename:
            raise PermissionDenied(
                _("Les sévérités servent toutes les entités\u00a0: seul qui les voit toutes les renomme.")
            )
        names = {row.rank: request.POST.get(f"nom-{row.rank}", row.name)[:60] for row in rows}
        try:
            rename_severities(names=names, actor=actor_of(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
            shown = [(row.rank, names[row.rank]) for row in rows]
            context = {"severities": shown, "may_rename": may_rename}
            return render(request, "dunning/severities.html", context, status=422)
        messages.success(request, _("Les sévérités sont enregistrées."))
        return redirect("dunning:severities")
    context = {"severities": [(row.rank, row.name) for row in rows], "may_rename": may_rename}
    return render(request, "dunning/severities.html", context)
