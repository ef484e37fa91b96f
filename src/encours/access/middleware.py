"""Ask for a sign-in everywhere, and lose nothing that was typed when a session has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

from encours.access import resume
from encours.access.forms import SignInForm
from encours.access.models import User


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Answer who is not signed in: htmx with 401, a form by keeping it, else with a redirect.

    Who is, but lacks the second factor that his role asks for, is led to enrol one and gets nothing else.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let the view run, or answer in its place."""
        answer: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None or not getattr(request.user, "lacks_second_factor", False):
            return answer
        is_open = getattr(view_func, "is_open_while_enrolling", False)
        if is_open or not getattr(view_func, "login_required", True):
            return None
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse("access:security"))
        return redirect("access:security")

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Return the answer that suits what was asked."""
        if getattr(request, "htmx", False):
            return HttpResponse(status=401)
        if request.method == "POST":
            context = {
                "form": SignInForm(),
                "resume": resume.pack(request),
                "was_interrupted": True,
                "company": settings.OIDC.get("name"),
            }
            return render(request, "access/sign_in.html", context, status=401)
        return super().handle_no_permission(request, view_func)


class UserLanguageMiddleware:
    """Speak the language that the user chose; French before he signs in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language of who asks."""
        language = request.user.language if isinstance(request.user, User) else "fr"
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
