"""The page that checks and imports one file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.core.errors import Refusal
from encours.intake.by_hand.correcting import read_corrections, write_corrections
from encours.intake.by_hand.rights import Kind, kinds_for
from encours.intake.by_hand.taking import Said, take
from encours.intake.by_hand.uploads import read_upload

SHOWN_PROBLEMS = 200


@requires(Role.COLLECTOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_by_hand(request: HttpRequest) -> HttpResponse:
    """Ask for a file; say what it would do, then do it once the same bytes are sent again."""
    kinds = kinds_for(user_of(request))
    chosen = next((kind for kind in kinds if kind.code == request.POST.get("nature")), None)
    context: dict[str, object] = {"kinds": kinds, "chosen": chosen}
    status = 200
    if request.method == "POST":
        try:
            context |= _checked_or_imported(request, chosen)
        except Refusal as refusal:
            context["refusal"] = refusal.message
        status = 422 if "refusal" in context or context["problems"] else 200
    is_part = bool(request.headers.get("HX-Request")) and request.method == "POST"
    template = "intake/parts/result.html" if is_part else "intake/import.html"
    return render(request, template, context, status=status)


def _checked_or_imported(request: HttpRequest, kind: Kind | None) -> dict[str, object]:
    if kind is None:
        raise Refusal(_("Choisissez ce que contient le fichier."))
    upload = read_upload(request.FILES.get("fichier"), kind)
    said = Said(
        header=request.POST.get("entete", ""),
        fields=request.POST.getlist("colonne"),
        corrections=read_corrections(request.POST, upload.sha256),
        is_import="importer" in request.POST,
        checked=request.POST.get("verifie", ""),
    )
    taken = take(upload, kind, user_of(request), said, actor=actor_of(request), now=timezone.now())
    report = taken.report
    return {
        "upload": upload,
        "report": report,
        "columns": taken.columns,
        "token": taken.token,
        "problems": report.problems,
        "refused": taken.refused,
        "corrections": write_corrections(taken.corrections),
        "corrected_count": len(taken.corrections),
        "others": taken.refused.others[:SHOWN_PROBLEMS],
        "hidden_count": max(len(taken.refused.others) - SHOWN_PROBLEMS, 0),
        "has_work": bool(report.counts.created or report.counts.updated),
        "is_done": said.is_import and not report.problems,
    }
