"""The archive: a reminder as it was issued, its files, its deliveries, and what may still be done to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import has_role, requires, user_of
from encours.access.scopes import scope_of
from encours.archive import store
from encours.archive.purging import purged_among
from encours.core.errors import Refusal
from encours.documents.merging import Printed, merge_for_print
from encours.documents.responses import PDF, file_response
from encours.dunning import actions
from encours.dunning.models import DeliveryState, Mode, Reminder, ReminderState
from encours.dunning.queries import STATE_KINDS, envelopes_of, files_of, reminders_in

MOVING = {DeliveryState.PREPARING, DeliveryState.QUEUED, DeliveryState.SENDING}


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show «Détail de la relance archivée»."""
    reminder = _reminder(request, reference)
    context = {**_delivery_context(request, reminder), "files": files_of(reminder)}
    return render(request, "dunning/reminder.html", context)


@requires(Role.READER)
@never_cache
@require_http_methods(["GET", "HEAD"])
def delivery(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the delivery history alone, for a page that refreshes it."""
    return render(
        request, "dunning/parts/delivery.html", _delivery_context(request, _reminder(request, reference))
    )


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def file(request: HttpRequest, reference: str, position: int, filename: str) -> HttpResponse:
    """Give an archived file, exactly as it was stored; a PDF opens in the browser."""
    reminder = _reminder(request, reference)
    kept = get_object_or_404(reminder.files.select_related("document"), position=position)
    document = kept.document
    if filename != document.filename:
        raise Http404
    try:
        content = store.get(document.sha256)
    except store.NotStoredError:
        if purged_among([document.sha256]):
            return render(request, "dunning/purged.html", {"reminder": reminder}, status=410)
        raise
    return file_response(content, media_type=document.media_type, filename=document.filename)


@requires(Role.COLLECTOR)
@require_POST
def print_letter(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark a letter as printed, then open it, alone or followed by what goes with it."""
    reminder = _reminder(request, reference)
    try:
        actions.mark_printed(reminder=reminder, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("dunning:reminder", reference)
    first = files_of(reminder)[0].document.filename if reminder.issued_at else ""
    if not first:
        messages.info(request, _("La lettre est en préparation\u00a0: réessayez dans un instant."))
        return redirect("dunning:reminder", reference)
    if "pieces" in request.POST:
        return redirect("dunning:printout", reference, first)
    return redirect("dunning:file", reference, 0, first)


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def printout(request: HttpRequest, reference: str, filename: str) -> HttpResponse:
    """Give the letter, its statement and its duplicates as one PDF to print."""
    reminder = _reminder(request, reference)
    files = files_of(reminder)
    if (
        not reminder.frozen
        or reminder.mode != Mode.LETTER
        or not files
        or filename != files[0].document.filename
    ):
        raise Http404
    sheaf = Printed(reference, (store.get(row.document.sha256) for row in files))
    merged = merge_for_print([sheaf])
    return file_response(merged, media_type=PDF, filename=filename)


@requires(Role.COLLECTOR)
@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Annul a letter that was not posted."""
    reminder = _reminder(request, reference)
    try:
        actions.cancel_letter(
            reminder=reminder,
            reason=request.POST.get("motif", ""),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("La relance %s est annulée.") % reference)
    return redirect("dunning:reminder", reference)


def _reminder(request: HttpRequest, reference: str) -> Reminder:
    return get_object_or_404(reminders_in(scope_of(user_of(request))), reference=reference)


def _delivery_context(request: HttpRequest, reminder: Reminder) -> dict[str, object]:
    state = DeliveryState(reminder.delivery_state)
    is_issued_letter = reminder.mode == Mode.LETTER and reminder.state == ReminderState.ISSUED
    may_act = has_role(user_of(request), Role.COLLECTOR)
    return {
        "reminder": reminder,
        "state_kind": STATE_KINDS[state],
        "state_label": state.label,
        "envelopes": envelopes_of(reminder),
        "is_moving": state in MOVING,
        "may_act": may_act,
        "may_print": may_act and is_issued_letter,
        "address": reverse("dunning:reminder", args=[reminder.reference]),
    }
