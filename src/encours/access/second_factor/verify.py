"""The second step of the sign-in: a code of the app, a recovery code, or a passkey."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from encours.access import throttle
from encours.access.rights import public
from encours.access.second_factor import passkeys
from encours.access.second_factor.actions import use_code
from encours.access.second_factor.forms import CodeForm
from encours.access.second_factor.queries import factors_of
from encours.access.signing_in import PENDING, Pending, open_session, pending_of


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask who has given his password for his second proof; each try is counted before it is compared."""
    pending = pending_of(request, now=timezone.now())
    if pending is None:
        request.session.pop(PENDING, None)
        messages.info(request, _("Commencez par votre identifiant et votre mot de passe."))
        return redirect("access:sign_in")
    with translation.override(pending.user.language):
        form = CodeForm(request.POST if "code" in request.POST else None)
        problem = ""
        if request.method == "POST":
            second, problem = _proof(request, form, pending)
            if second:
                return open_session(request, pending, second=second)
        return _page(request, form, pending, problem)


def _proof(request: HttpRequest, form: CodeForm, pending: Pending) -> tuple[str, str]:
    """Return which second factor was proved, or nothing and the reason."""
    counted = throttle.counted_for_code(user_id=pending.user.pk)
    if not throttle.spend_try(counted, now=timezone.now()):
        return "", _("Trop d'essais\u00a0: attendez un quart d'heure avant de recommencer.")
    if "credential" in request.POST:
        found = "webauthn" if passkeys.is_proved(pending.user, request.POST["credential"]) else ""
        problem = _("La clé d'accès n'a pas été reconnue\u00a0: recommencez, ou tapez un code.")
    else:
        code = form.cleaned_data["code"] if form.is_valid() else ""
        found = use_code(user=pending.user, code=code, now=timezone.now()) or ""
        problem = _("Ce code n'est pas le bon, ou il a déjà servi.")
    if found:
        throttle.forgive_try(counted)
    return found, problem


def _page(request: HttpRequest, form: CodeForm, pending: Pending, problem: str) -> HttpResponse:
    factors = factors_of(pending.user)
    context = {
        "form": form,
        "problem": problem,
        "factors": factors,
        "options": passkeys.request_options(pending.user) if factors.passkeys else "",
    }
    return render(request, "access/verify.html", context, status=422 if problem else 200)
