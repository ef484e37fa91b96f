"""The page that checks and imports one file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.core.errors import Refusal
from encours.intake.by_hand.background import jobs_of, start_if_long
from encours.intake.by_hand.correcting import read_corrections, write_corrections
from encours.intake.by_hand.rights import KINDS, Kind, kinds_for
from encours.intake.by_hand.taking import Said, take
from encours.intake.by_hand.uploads import Upload, read_upload
from encours.intake.models import ImportJob, JobState

SHOWN_PROBLEMS = 200
POLL_SECONDS = 2


@requires(Role.COLLECTOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_by_hand(request: HttpRequest) -> HttpResponse:
    """Ask for a file; say what it would do, then do it once the same bytes are sent again."""
    user = user_of(request)
    kinds = kinds_for(user)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = next((kind for kind in kinds if kind.code == asked.get("nature")), None)
    context: dict[str, object] = {"kinds": kinds, "chosen": chosen}
    status = 200
    if request.method == "POST":
        try:
            sent = _sent(request, chosen)
            if job := _long_import(request, *sent):
                return _go_to(request, reverse("intake:job", args=(job.pk,)))
            context |= _checked_or_imported(request, *sent)
        except Refusal as refusal:
            context["refusal"] = refusal.message
        status = 422 if "refusal" in context or context["problems"] else 200
    is_part = bool(request.headers.get("HX-Request")) and request.method == "POST"
    if not is_part:
        context["open_jobs"] = jobs_of(user).filter(state=JobState.OPEN)
    template = "intake/parts/result.html" if is_part else "intake/import.html"
    return render(request, template, context, status=status)


@requires(Role.COLLECTOR)
@never_cache
@require_safe
def follow_import(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show how far an import in the background is, to who started it; the page asks for its part again."""
    job = get_object_or_404(jobs_of(user_of(request)), pk=job_id)
    kind = next(kind for kind in KINDS if kind.code == job.kind)
    is_part = bool(request.headers.get("HX-Request"))
    context = {"job": job, "kind": kind, "poll_seconds": POLL_SECONDS, "is_open": job.state == JobState.OPEN}
    return render(request, "intake/parts/progress.html" if is_part else "intake/job.html", context)


def _go_to(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


def _sent(request: HttpRequest, kind: Kind | None) -> tuple[Upload, Kind, Said]:
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
    return upload, kind, said


def _long_import(request: HttpRequest, upload: Upload, kind: Kind, said: Said) -> ImportJob | None:
    if not said.is_import:
        return None
    user = user_of(request)
    return start_if_long(upload, kind, user, said, actor=actor_of(request), now=timezone.now())


def _checked_or_imported(request: HttpRequest, upload: Upload, kind: Kind, said: Said) -> dict[str, object]:
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
