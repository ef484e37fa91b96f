"""Hide the first steps from who does not need them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from encours.access import appearance
from encours.access.models import Role
from encours.access.rights import requires, user_of


@requires(Role.READER)
@require_POST
def hide_first_steps(request: HttpRequest) -> HttpResponse:
    """Show a user the first steps no more."""
    appearance.hide_first_steps(user=user_of(request))
    return redirect("desk:accounts")
