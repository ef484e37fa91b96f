"""What an administrator decides about second factors: which roles need one, and who starts again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role, User
from encours.access.queries import users_in
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.access.second_factor import actions
from encours.access.second_factor.forms import RoleRulesForm
from encours.access.second_factor.queries import lacking_factor, roles_that_need_it
from encours.access.sessions.confirming import question


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def role_rules(request: HttpRequest) -> HttpResponse:
    """Show and change which roles need a second factor; changed by who sees every entity."""
    may_change = user_of(request).sees_all_entities
    form = RoleRulesForm(
        request.POST if request.method == "POST" else None, initial={"roles": roles_that_need_it()}
    )
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied(
                _("Ce réglage vaut pour toutes les entités\u00a0: il est réservé à qui les voit toutes.")
            )
        if form.is_valid():
            actions.set_role_rules(
                roles=form.cleaned_data["roles"], actor=actor_of(request), now=timezone.now()
            )
            messages.success(request, _("Le réglage est enregistré."))
            return redirect("access:role_rules")
    lacking = lacking_factor(users_in(scope_of(user_of(request)))).filter(is_active=True)
    context = {"form": form, "may_change": may_change, "lacking": lacking}
    return render(request, "access/role_rules.html", context, status=422 if request.method == "POST" else 200)


@requires(Role.ADMINISTRATOR)
@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the second factors of a user who has lost them."""
    person: User = get_object_or_404(users_in(scope_of(user_of(request))), pk=pk)
    asked = question(request)
    if asked is not None:
        return asked
    actions.reset_second_factor(user=person, actor=actor_of(request), now=timezone.now())
    messages.success(
        request, _("«\u00a0%s\u00a0» se connecte maintenant avec son seul mot de passe.") % person.username
    )
    return redirect("access:user", pk=pk)
