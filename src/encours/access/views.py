"""Sign-in, sign-out and the user's own account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from encours.access import actions, resume, throttle
from encours.access.appearance import set_appearance
from encours.access.errors import UserRefusal
from encours.access.forms import AppearanceForm, ChangePasswordForm, LanguageForm, NewPasswordForm, SignInForm
from encours.access.links import user_of_link
from encours.access.models import Role, User
from encours.access.requests import actor_for, actor_of, address_of
from encours.access.rights import public, requires, user_of, while_enrolling
from encours.access.sessions.actions import forget_session
from encours.access.signing_in import begin, next_page_of


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; the answer is the same for an unknown name and for a wrong password."""
    form = SignInForm(request.POST or None)
    next_page, packed = next_page_of(request), request.POST.get("resume") or resume.kept(request)
    if request.method == "POST" and form.is_valid():
        user = _authenticate(request, form)
        if user is not None:
            return begin(request, user, method="password", next_page=next_page, packed=packed)
    elif request.method != "POST" and request.user.is_authenticated:
        return redirect(next_page)
    context = {"form": form, "next": next_page, "resume": packed, "company": settings.OIDC.get("name")}
    return render(request, "access/sign_in.html", context, status=200 if request.method != "POST" else 422)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    forget_session(session_key=request.session.session_key or "")
    auth.logout(request)
    messages.success(request, _("Vous êtes déconnecté."))
    return redirect("access:sign_in")


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def signed_in(request: HttpRequest) -> HttpResponse:
    """Say that the sign-in is done, in the tab that was opened for it."""
    return render(request, "access/signed_in.html")


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the user's own account."""
    return _render_account(request, ChangePasswordForm())


@requires(Role.READER)
@sensitive_post_parameters()
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the user's own password."""
    form = ChangePasswordForm(request.POST)
    user = user_of(request)
    if form.is_valid():
        try:
            actions.change_own_password(
                user=user,
                present=form.cleaned_data["password"],
                password=form.cleaned_data["new_password"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except UserRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            auth.update_session_auth_hash(request, user)
            messages.success(request, _("Votre mot de passe est changé."))
            return redirect("access:account")
    return _render_account(request, form, status=422)


@while_enrolling
@requires(Role.READER)
@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the interface."""
    form = LanguageForm(request.POST)
    if form.is_valid():
        language = form.cleaned_data["language"]
        actions.set_language(
            user=user_of(request), language=language, actor=actor_of(request), now=timezone.now()
        )
        with translation.override(language):
            messages.success(request, _("La langue de l'interface est changée."))
    return redirect(next_page_of(request, "/mon-compte/"))


@requires(Role.READER)
@require_POST
def change_appearance(request: HttpRequest) -> HttpResponse:
    """Choose the colours, density and keys of the interface; a script is answered without a page."""
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    set_appearance(user=user_of(request), **form.cleaned_data)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(next_page_of(request, "/mon-compte/"))


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_link(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Let the holder of a one-time link choose a password; the link is void once it is used."""
    user = user_of_link(uid, token)
    if user is None:
        return render(request, "access/link_is_void.html", status=410)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, password = actor_for(user, request), form.cleaned_data["new_password"]
        try:
            actions.set_password(user=user, password=password, actor=actor, now=timezone.now())
        except UserRefusal as refusal:
            form.add_error("new_password", str(refusal))
        else:
            return begin(request, user, method="link")
    status = 422 if request.method == "POST" else 200
    return render(request, "access/one_time_link.html", {"form": form, "person": user}, status=status)


def _authenticate(request: HttpRequest, form: SignInForm) -> User | None:
    name, password = form.cleaned_data["username"].strip(), form.cleaned_data["password"]
    counted = throttle.counted_for(username=name, address=address_of(request))
    if not throttle.spend_try(counted, now=timezone.now()):
        form.add_error(None, _("Trop d'essais\u00a0: attendez un quart d'heure avant de recommencer."))
        return None
    user = auth.authenticate(request, username=name, password=password)
    if isinstance(user, User):
        throttle.forgive_try(counted)
        return user
    form.add_error(None, _("Identifiant ou mot de passe incorrect."))
    return None


def _render_account(request: HttpRequest, form: ChangePasswordForm, status: int = 200) -> HttpResponse:
    person = user_of(request)
    context = {
        "form": form,
        "language_form": LanguageForm({"language": person.language}),
        "appearance_form": AppearanceForm(
            {
                "theme": person.theme,
                "density": person.density,
                "shortcuts": "on" if person.has_shortcuts else "off",
            }
        ),
        "person": person,
    }
    return render(request, "access/account.html", context, status=status)
