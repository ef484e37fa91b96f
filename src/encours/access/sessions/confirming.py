"""Ask for the password once more before what a passer-by at an open screen must not do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from encours.access import throttle
from encours.access.models import Role
from encours.access.requests import address_of
from encours.access.rights import requires, user_of, while_enrolling
from encours.access.second_factor.forms import ConfirmForm
from encours.access.sessions import limits
from encours.access.signing_in import next_page_of

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]
SECURITY = "access:security"


def question(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the question for the password; None for ten minutes after a proof."""
    if limits.is_confirmed(request.session, now=timezone.now()):
        return None
    page = request.path if request.method in {"GET", "HEAD"} else reverse(SECURITY)
    return redirect(f"{reverse('access:confirm')}?{urlencode({'next': page})}")


def confirmed(view: View[Arguments]) -> View[Arguments]:
    """Let a view run for ten minutes after a proof; later, ask for the password first."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        return question(request) or view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]  # «request» has no name in a Callable


@while_enrolling
@requires(Role.READER)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the password; who has none of ours signs in again instead."""
    form, user = ConfirmForm(request.POST or None), user_of(request)
    if request.method == "POST" and form.is_valid():
        counted = throttle.counted_for(username=user.username, address=address_of(request))
        if not throttle.spend_try(counted, now=timezone.now()):
            form.add_error(None, _("Trop d'essais\u00a0: attendez un quart d'heure avant de recommencer."))
        elif user.check_password(form.cleaned_data["password"]):
            throttle.forgive_try(counted)
            request.session[limits.CONFIRMED] = timezone.now().timestamp()
            return redirect(next_page_of(request, reverse(SECURITY)))
        else:
            form.add_error("password", _("Ce n'est pas votre mot de passe."))
    context = {
        "form": form,
        "next": next_page_of(request, reverse(SECURITY)),
        "has_password": user.has_usable_password(),
    }
    return render(request, "access/confirm.html", context, status=422 if request.method == "POST" else 200)
