"""Administration of the five severities: their names."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires
from encours.core.errors import Refusal
from encours.dunning.models import Severity
from encours.dunning.template_actions import rename_severities


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Show the severities, or give them their names."""
    rows = list(Severity.objects.order_by("rank"))
    if request.method == "POST":
        names = {row.rank: request.POST.get(f"nom-{row.rank}", row.name)[:60] for row in rows}
        try:
            rename_severities(names=names, actor=actor_of(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
            shown = [(row.rank, names[row.rank]) for row in rows]
            return render(request, "dunning/severities.html", {"severities": shown}, status=422)
        messages.success(request, _("Les sévérités sont enregistrées."))
        return redirect("dunning:severities")
    return render(request, "dunning/severities.html", {"severities": [(row.rank, row.name) for row in rows]})
