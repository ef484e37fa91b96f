"""Decide who may do what: three roles, each including the one before; a missing right is a 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from encours.access.models import Role, User

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]

RANKS = {Role.READER: 1, Role.COLLECTOR: 2, Role.ADMINISTRATOR: 3}


def has_role(user: User, role: Role) -> bool:
    """Tell whether a user holds a role or one that includes it; an inactive user holds none."""
    return user.is_active and RANKS[Role(user.role)] >= RANKS[role]


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; raise PermissionDenied where nobody is."""
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied(_("Connectez-vous pour continuer."))


def check_role(request: HttpRequest, role: Role) -> None:
    """Raise PermissionDenied unless who is signed in holds the role (for views that differ by method)."""
    if not has_role(user_of(request), role):
        raise PermissionDenied(
            _("Cette action demande le rôle «\u00a0%(role)s\u00a0». Demandez-le à un administrateur.")
            % {"role": role.label}
        )


def requires(role: Role) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let a view run for a role and those that include it; every view that is not public carries this."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def checked(
            request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponseBase:
            check_role(request, role)
            return view(request, *args, **kwargs)

        checked.required_role = role  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]  # «request» has no name in a Callable

    return decorate


def public(view: View[Arguments]) -> View[Arguments]:
    """Let a view run for anybody, signed in or not."""
    open_view: View[Arguments] = login_not_required(view)
    open_view.is_public = True  # type: ignore[attr-defined]
    return open_view


def while_enrolling(view: View[Arguments]) -> View[Arguments]:
    """Let a view run even for a user who must enrol a second factor before anything else."""
    view.is_open_while_enrolling = True  # type: ignore[attr-defined]
    return view
