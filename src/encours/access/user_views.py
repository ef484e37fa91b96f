"""Administration of users: an administrator manages those who see nothing that he does not see."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from encours.access import actions
from encours.access.errors import UserRefusal
from encours.access.grants import check_grant, check_new_rights
from encours.access.models import Role, User
from encours.access.queries import entity_choices, users_in
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.access.second_factor.queries import has_second_factor
from encours.access.undo import say_done
from encours.access.user_forms import NewUserForm, UserForm


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD"])
def users(request: HttpRequest) -> HttpResponse:
    """List the users."""
    rows = users_in(scope_of(user_of(request)))
    return render(request, "access/users.html", {"people": rows})


@requires(Role.ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_user(request: HttpRequest) -> HttpResponse:
    """Create a user, and show the link by which he chooses his password."""
    giver = user_of(request)
    scope = scope_of(giver)
    form = NewUserForm(
        request.POST or None, choices=entity_choices(scope), may_grant_all=giver.sees_all_entities
    )
    if request.method == "POST" and _is_allowed(form):
        try:
            person = _create(request, form, giver)
        except UserRefusal as refusal:
            _tell(form, refusal)
        else:
            return _show_link(request, person)
    status = 422 if request.method == "POST" else 200
    return render(request, "access/user.html", {"form": form, "person": None}, status=status)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a user, and change his name, role and entities."""
    giver = user_of(request)
    scope = scope_of(giver)
    person = get_object_or_404(users_in(scope), pk=pk)
    choices = entity_choices(scope)
    form = UserForm(request.POST or None, choices=choices, may_grant_all=giver.sees_all_entities, user=person)
    if request.method == "POST" and _is_allowed(form) and _is_updated(request, form, person, giver):
        messages.success(request, _("L'utilisateur «\u00a0%s\u00a0» est enregistré.") % person.username)
        return redirect("access:users")
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "person": person,
        "is_self": person.pk == giver.pk,
        "has_second_factor": has_second_factor(person),
    }
    return render(request, "access/user.html", context, status=status)


@requires(Role.ADMINISTRATOR)
@require_POST
def user_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate a user, or let him sign in again."""
    giver = user_of(request)
    person = get_object_or_404(users_in(scope_of(giver)), pk=pk)
    is_active = request.POST.get("actif") == "oui"
    try:
        actions.set_user_active(
            user=person, is_active=is_active, giver=giver, actor=actor_of(request), now=timezone.now()
        )
    except UserRefusal as refusal:
        messages.error(request, refusal.message)
    else:
        done = (
            _("«\u00a0%s\u00a0» peut à nouveau se connecter.")
            if is_active
            else _("«\u00a0%s\u00a0» ne peut plus se connecter.")
        )
        say_done(
            request,
            done % person.username,
            undo_at=request.path,
            actif="non" if is_active else "oui",
        )
    return redirect("access:user", pk=pk)


@requires(Role.ADMINISTRATOR)
@never_cache
@require_POST
def user_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a one-time link by which a user chooses his password."""
    person = get_object_or_404(users_in(scope_of(user_of(request))), pk=pk, is_active=True)
    return _show_link(request, person)


def _is_allowed(form: UserForm) -> bool:
    """Tell whether the form is sound; an entity that is not the administrator's is as good as none: 404."""
    is_valid = form.is_valid()
    if any(error.code == "invalid_choice" for error in form.errors.as_data().get("entities", [])):
        raise Http404
    return is_valid


def _create(request: HttpRequest, form: NewUserForm, giver: User) -> User:
    grant, data = form.grant(), form.cleaned_data
    check_grant(grant, giver=giver, scope=scope_of(giver))
    check_new_rights(None, grant, giver=giver)
    return actions.create_user(
        username=data["username"],
        full_name=data["full_name"],
        email=data["email"],
        language=data["language"],
        role=grant.role,
        entity_ids=grant.entity_ids,
        sees_all_entities=grant.sees_all_entities,
        may_issue_formal_notices=grant.may_issue_formal_notices,
        actor=actor_of(request),
        now=timezone.now(),
    )


def _is_updated(request: HttpRequest, form: UserForm, person: User, giver: User) -> bool:
    try:
        actions.update_user(
            user=person,
            full_name=form.cleaned_data["full_name"],
            email=form.cleaned_data["email"],
            grant=form.grant(),
            giver=giver,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except UserRefusal as refusal:
        _tell(form, refusal)
        return False
    return True


def _tell(form: UserForm, refusal: UserRefusal) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _show_link(request: HttpRequest, person: User) -> HttpResponse:
    path = actions.make_one_time_link(user=person, actor=actor_of(request), now=timezone.now())
    context = {"person": person, "link": request.build_absolute_uri(path)}
    return render(request, "access/user_link.html", context)
