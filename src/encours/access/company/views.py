"""The way to the company's identity provider and back, walked by allauth."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from encours.access import resume
from encours.access.company.adapter import log
from encours.access.rights import public


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to the provider; a form sent too late comes by POST, and waits in the session.

    By a page of ours then: our content policy lets no form lead elsewhere, not even by a redirect.
    """
    if request.method == "POST":
        resume.keep(request, request.POST.get("resume", ""))
    try:
        answer: HttpResponseBase = views.login(request, provider_id)
    except RequestException as error:
        return _unreachable(request, error)
    if request.method != "POST" or urlsplit(answer.headers.get("Location", "")).netloc == "":
        return answer
    context = {"address": answer.headers["Location"], "company": settings.OIDC.get("name")}
    return render(request, "access/to_company.html", context)


@public
@never_cache
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take what the provider answers."""
    try:
        answer: HttpResponseBase = views.callback(request, provider_id)
    except RequestException as error:
        return _unreachable(request, error)
    return answer


def _unreachable(request: HttpRequest, error: RequestException) -> HttpResponseBase:
    log.warning("company sign-in failed", reason="unreachable", detail=type(error).__name__)
    messages.error(
        request, _("Le service de connexion de votre entreprise ne répond pas\u00a0: réessayez plus tard.")
    )
    return redirect("access:sign_in")
