"""Who comes from the company's identity provider: an existing user, known by a verified e-mail, or nobody."""

from __future__ import annotations

from typing import Any, NoReturn

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from encours.access import resume
from encours.access.models import User
from encours.access.signing_in import begin, safe_page

log = structlog.get_logger("encours.access")


class CompanyAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Nobody signs up, nothing is linked or stored: each sign-in is matched anew."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """Answer in the place of allauth: let the user go on to his second factor, or refuse."""
        user = user_of(sociallogin.account.extra_data)
        if user is None:
            log.warning("company sign-in refused", reason="no such user")
            _refuse(
                request,
                _(
                    "Aucun compte d'Encours ne correspond à votre adresse e-mail\u00a0:"
                    " demandez-le à votre administrateur."
                ),
            )
        next_page = safe_page(request, sociallogin.state.get("next"))
        packed = resume.kept(request)
        raise ImmediateHttpResponse(
            begin(request, user, method="company", next_page=next_page, packed=packed)
        )

    def on_authentication_error(
        self, request: HttpRequest, _provider: Any, error: Any = None, exception: Any = None, **_more: Any
    ) -> NoReturn:
        """Lead back to the sign-in, with a sentence; what happened is in the log."""
        log.warning("company sign-in failed", reason=str(error or ""), detail=type(exception).__name__)
        _refuse(request, _("La connexion par votre entreprise n'a pas abouti\u00a0: recommencez."))


def user_of(claims: dict[str, Any]) -> User | None:
    """Return the one active user who has the verified e-mail that the provider tells; else None."""
    told, signed = claims.get("userinfo") or {}, claims.get("id_token") or {}
    if not signed.get("sub") or (told and told.get("sub") != signed["sub"]):
        return None  # the two answers speak of two people
    person = {**signed, **told}
    email = str(person.get("email") or "").strip()
    if not email or not (is_verified(person) or settings.OIDC_EMAIL_IS_VERIFIED):
        return None
    found = list(User.objects.filter(email__iexact=email, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


def is_verified(person: dict[str, Any]) -> bool:
    """Tell whether the provider says that it has verified the e-mail; some write it as a word."""
    return person.get("email_verified") in (True, "true")


def _refuse(request: HttpRequest, sentence: str) -> NoReturn:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(redirect("access:sign_in"))
