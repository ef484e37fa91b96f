"""Administration of the letterhead of a billing entity, with a letter that shows it while it is edited."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.dunning.letterhead_forms import LetterheadForm
from encours.dunning.letterheads import Proposed, preview_pages, save_letterhead
from encours.parties.models import BillingEntity
from encours.parties.queries import entities_in
from encours.parties.senders import letterhead_of


@requires(Role.ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letterhead of an entity and a letter with it; show what was typed, or keep it."""
    entity = _entity(request, pk)
    form = _form(request, entity)
    is_saved = "enregistrer" in request.POST and form.is_valid() and _is_saved(request, entity, form)
    if is_saved:
        messages.success(request, _("Le papier à lettres de %s est enregistré.") % entity.code)
        return redirect("dunning:letterhead", entity.pk)
    context = {"entity": entity, "form": form, **_preview(entity, form)}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "dunning/letterhead.html", context, status=status)


@requires(Role.ADMINISTRATOR)
@never_cache
@require_POST
def show_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a letter with what is being typed."""
    entity = _entity(request, pk)
    form = _form(request, entity)
    context = {"entity": entity, "form": form, **_preview(entity, form)}
    return render(request, "dunning/parts/letterhead_preview.html", context)


def _entity(request: HttpRequest, pk: int) -> BillingEntity:
    return get_object_or_404(entities_in(scope_of(user_of(request))), pk=pk)


def _form(request: HttpRequest, entity: BillingEntity) -> LetterheadForm:
    current = letterhead_of(entity)
    if request.method == "POST":
        return LetterheadForm(request.POST, request.FILES, current=current)
    return LetterheadForm(current=current)


def _is_saved(request: HttpRequest, entity: BillingEntity, form: LetterheadForm) -> bool:
    now = timezone.now()
    try:
        save_letterhead(
            entity=entity, proposed=form.proposed(), actor=actor_of(request), now=now, today=paris_date(now)
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _preview(entity: BillingEntity, form: LetterheadForm) -> dict[str, object]:
    """Return the pages of the sample letter, of what is typed where that can be drawn, and its pictures."""
    if form.is_bound and not form.is_valid():
        return {"pages": (), "kept": form.kept_pictures()}
    proposed = form.proposed() if form.is_bound else Proposed(letterhead_of(entity))
    try:
        pages = preview_pages(entity, proposed, paris_date(timezone.now()))
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return {"pages": (), "kept": {}}
    return {"pages": pages, "kept": form.kept_pictures()}
