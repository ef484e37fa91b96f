"""«Sécurité»: the user's own second factors, and the sessions that he has open."""

from __future__ import annotations

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.errors import UserRefusal
from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of, while_enrolling
from encours.access.second_factor import actions, passkeys
from encours.access.second_factor.codes import app_address, qr_code
from encours.access.second_factor.forms import CodeForm, PasskeyForm
from encours.access.second_factor.queries import factors_of, needs_second_factor
from encours.access.sessions.confirming import confirmed
from encours.access.sessions.queries import sessions_of

SECRET = "encours.new-app"


@while_enrolling
@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def security(request: HttpRequest) -> HttpResponse:
    """Show second factors and open sessions."""
    user = user_of(request)
    context = {
        "factors": factors_of(user),
        "is_needed": needs_second_factor(user),
        "is_blocked": getattr(user, "lacks_second_factor", False),
        "sessions": sessions_of(
            user,
            current_key=request.session.session_key or "",
            limits=settings.SESSION_LIMITS,
            now=timezone.now(),
        ),
    }
    return render(request, "access/security.html", context)


@while_enrolling
@requires(Role.READER)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def enrol_app(request: HttpRequest) -> HttpResponse:
    """Show a QR code for an authenticator app, and take the first code that the app shows."""
    user, form = user_of(request), CodeForm(request.POST or None)
    secret = request.session.get(SECRET) if request.method == "POST" else None
    secret = secret or request.session.setdefault(SECRET, generate_totp_secret())
    if request.method == "POST" and form.is_valid():
        try:
            codes = actions.enrol_app(
                user=user,
                secret=secret,
                code=form.cleaned_data["code"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except UserRefusal as refusal:
            form.add_error("code", refusal.message)
        else:
            del request.session[SECRET]
            return _enrolled(request, codes, _("L'application est enregistrée."))
    address = app_address(user.username, secret)
    context = {"form": form, "image": qr_code(address), "address": address, "secret": _in_groups(secret)}
    return render(request, "access/enrol_app.html", context, status=422 if request.method == "POST" else 200)


@while_enrolling
@requires(Role.READER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey, and keep it under a name."""
    user, form = user_of(request), PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            credential = passkeys.read_registration(form.cleaned_data["credential"])
        except UserRefusal as refusal:
            form.add_error(None, refusal.message)
        else:
            codes = actions.add_passkey(
                user=user,
                name=form.cleaned_data["name"],
                credential=credential,
                actor=actor_of(request),
                now=timezone.now(),
            )
            return _enrolled(request, codes, _("La clé d'accès est enregistrée."))
    context = {"form": form, "options": passkeys.creation_options(user)}
    return render(
        request, "access/add_passkey.html", context, status=422 if request.method == "POST" else 200
    )


@requires(Role.READER)
@require_POST
@confirmed
def remove_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an app or a passkey of one's own."""
    try:
        actions.remove_factor(
            user=user_of(request), factor_id=pk, actor=actor_of(request), now=timezone.now()
        )
    except UserRefusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Ce second facteur est retiré."))
    return redirect("access:security")


@requires(Role.READER)
@never_cache
@require_POST
@confirmed
def make_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, shown this once."""
    try:
        codes = actions.make_recovery_codes(
            user=user_of(request), actor=actor_of(request), now=timezone.now()
        )
    except UserRefusal as refusal:
        messages.error(request, refusal.message)
        return redirect("access:security")
    return render(request, "access/recovery_codes.html", {"codes": codes})


def _enrolled(request: HttpRequest, codes: list[str], sentence: str) -> HttpResponse:
    """Show new recovery codes where there are some, this once; else go back."""
    messages.success(request, sentence)
    if codes:
        return render(request, "access/recovery_codes.html", {"codes": codes})
    return redirect("access:security")


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
