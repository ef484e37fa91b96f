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
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.intake.by_hand.rights import Kind, kinds_for
from encours.intake.by_hand.uploads import Upload, import_upload, read_upload

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
    now, is_import = timezone.now(), "importer" in request.POST
    upload = read_upload(request.FILES.get("fichier"), kind)
    if is_import:
        _refuse_unless_checked(request, kind, upload)
    report = import_upload(
        upload,
        kind,
        user_of(request),
        is_dry_run=not is_import,
        actor=actor_of(request),
        now=now,
        today=paris_date(now),
    )
    return {
        "upload": upload,
        "report": report,
        "problems": report.problems[:SHOWN_PROBLEMS],
        "hidden_count": max(len(report.problems) - SHOWN_PROBLEMS, 0),
        "has_work": bool(report.counts.created or report.counts.updated),
        "is_done": is_import and not report.problems,
    }


def _refuse_unless_checked(request: HttpRequest, kind: Kind, upload: Upload) -> None:
    if request.POST.get("verifie") != f"{kind.code}:{upload.sha256}":
        raise Refusal(_("Ce n'est pas le fichier qui a été vérifié : vérifiez-le avant de l'importer."))
