"""Hide the first steps from who does not need them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from encours.access import appearance
from encours.access.models import Role
from encours.access.rights import requires, user_of
from encours.access.undo import say_done


@requires(Role.READER)
@require_POST
def hide_first_steps(request: HttpRequest) -> HttpResponse:
    """Show a user the first steps no more, or again."""
    is_hidden = "montrer" not in request.POST
    appearance.hide_first_steps(user=user_of(request), is_hidden=is_hidden)
    if is_hidden:
        say_done(request, _("Les premiers pas sont masqués."), undo_at=request.path, montrer="oui")
    return redirect("desk:accounts")
