"""The way to the company's identity provider and back, walked by allauth."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from encours.access.company.adapter import log
from encours.access.rights import public


@public
@never_cache
@require_safe
def start(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to the provider."""
    try:
        answer: HttpResponseBase = views.login(request, provider_id)
    except RequestException as error:
        return _unreachable(request, error)
    return answer


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
        request, _("Le service de connexion de votre entreprise ne répond pas : réessayez plus tard.")
    )
    return redirect("access:sign_in")
