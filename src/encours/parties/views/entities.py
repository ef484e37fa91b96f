"""Administration of billing entities: those that the administrator sees."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.actions import grant_entity
from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.access.undo import say_done
from encours.core.errors import Refusal
from encours.parties import actions
from encours.parties.details import details_of_entity
from encours.parties.forms import EntityForm
from encours.parties.models import BillingEntity
from encours.parties.queries import entities_in, missing_legal_fields


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD"])
def entities(request: HttpRequest) -> HttpResponse:
    """List the entities, with what each lacks to issue."""
    rows = [(entity, missing_legal_fields(entity)) for entity in entities_in(scope_of(user_of(request)))]
    return render(request, "parties/entities.html", {"entities": rows})


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_entity(request: HttpRequest) -> HttpResponse:
    """Create an entity; whoever creates it sees it."""
    form = EntityForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (entity := _created(request, form)):
        messages.success(request, _("L'entité %s est créée.") % entity.code)
        return redirect("parties:entities")
    status = 422 if request.method == "POST" else 200
    return render(request, "parties/entity.html", {"form": form, "entity": None}, status=status)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def entity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entity, and change what its documents print."""
    known = get_object_or_404(entities_in(scope_of(user_of(request))), pk=pk)
    form = EntityForm(request.POST or None, details=details_of_entity(known))
    if request.method == "POST" and form.is_valid() and _is_updated(request, known, form):
        messages.success(request, _("L'entité %s est enregistrée.") % form.checked().code)
        return redirect("parties:entities")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "entity": known, "missing": missing_legal_fields(known)}
    return render(request, "parties/entity.html", context, status=status)


@requires(Role.ADMINISTRATOR)
@require_POST
def entity_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an entity from issuing reminders, or let it again."""
    known = get_object_or_404(entities_in(scope_of(user_of(request))), pk=pk)
    is_active = request.POST.get("actif") == "oui"
    actions.set_entity_active(entity=known, is_active=is_active, actor=actor_of(request), now=timezone.now())
    again, no_longer = (
        _("L'entité %s émet à nouveau des relances."),
        _("L'entité %s n'émet plus de relances."),
    )
    say_done(
        request,
        (again if is_active else no_longer) % known.code,
        undo_at=request.path,
        actif="non" if is_active else "oui",
    )
    return redirect("parties:entity", pk=pk)


def _created(request: HttpRequest, form: EntityForm) -> BillingEntity | None:
    actor, now = actor_of(request), timezone.now()
    try:
        with transaction.atomic():
            created = actions.create_entity(details=form.checked(), actor=actor, now=now)
            grant_entity(
                user=user_of(request),
                entity_id=created.pk,
                entity_code=created.code,
                actor=actor,
                now=now,
            )
    except Refusal as refusal:
        form.add_error(refusal.field or "code", refusal.message)
        return None
    return created


def _is_updated(request: HttpRequest, known: BillingEntity, form: EntityForm) -> bool:
    try:
        actions.update_entity(
            entity=known, details=form.checked(), actor=actor_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        form.add_error(refusal.field or "code", refusal.message)
        return False
    return True
