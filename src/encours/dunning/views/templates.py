"""Administration of message templates: list, editor, preview on a real account, test e-mail, versions."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import Scope, scope_of
from encours.core.errors import Refusal
from encours.core.placeholders import NAMES
from encours.dunning.models import MessageTemplate
from encours.dunning.samples import preview_on, queue_test, sample_account
from encours.dunning.template_actions import save_template
from encours.dunning.template_forms import TemplateForm


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """List the templates of the user's entities and those of all."""
    rows = _templates(scope_of(user_of(request))).order_by("-language", "mode", "code", "entity__code")
    return render(request, "dunning/templates.html", {"templates": rows})


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a template."""
    return _edit(request, None)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template."""
    return _edit(request, _template(request, template_id))


@requires(Role.ADMINISTRATOR)
@never_cache
@require_POST
def show_preview(request: HttpRequest, template_id: int) -> HttpResponse:
    """Show what is typed as a real account would receive it."""
    template = _template(request, template_id)
    scope = scope_of(user_of(request))
    form = TemplateForm(request.POST, scope=scope, template=template)
    if not form.is_valid():
        return render(request, "dunning/parts/template_preview.html", {"form": form}, status=422)
    situation = sample_account(scope, request.POST.get("compte", ""), timezone.now())
    shown = situation and preview_on(situation, template, form.details(), actor_of(request), timezone.now())
    context = {"form": form, "situation": situation, "preview": shown}
    return render(request, "dunning/parts/template_preview.html", context)


@requires(Role.ADMINISTRATOR)
@require_POST
def send_test(request: HttpRequest, template_id: int) -> HttpResponse:
    """Send the template as it was saved to the user himself, filled with a real account."""
    template = _template(request, template_id)
    scope = scope_of(user_of(request))
    try:
        situation = sample_account(scope, request.POST.get("compte", ""), timezone.now())
        address = queue_test(situation, template, actor_of(request), timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("L'e-mail d'essai part à %s.") % address)
    return redirect("dunning:template", template_id)


def _edit(request: HttpRequest, template: MessageTemplate | None) -> HttpResponse:
    scope = scope_of(user_of(request))
    form = TemplateForm(request.POST or None, scope=scope, template=template)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_template(
                template=template, details=form.details(), actor=actor_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Le modèle %s est enregistré.") % saved.code)
            return redirect("dunning:template", saved.id)
    context = {
        "form": form,
        "template": template,
        "placeholders": [(name, _(meaning)) for name, meaning in NAMES.items()],
        "versions": template.versions.order_by("-version")[:50] if template else [],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "dunning/template.html", context, status=status)


def _templates(scope: Scope) -> QuerySet[MessageTemplate]:
    """Return the templates that a scope may edit: those of all entities only where it sees them all."""
    rows = MessageTemplate.objects.select_related("severity", "entity")
    if scope.entity_ids is None:
        return rows
    return rows.filter(Q(entity_id__in=scope.entity_ids))


def _template(request: HttpRequest, template_id: int) -> MessageTemplate:
    return get_object_or_404(_templates(scope_of(user_of(request))), id=template_id)
