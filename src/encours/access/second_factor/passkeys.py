"""The conversation with a browser about a passkey; its state is in the session, the rest is allauth's."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from encours.access.errors import UserRefusal
from encours.access.models import User


def creation_options(user: User) -> str:
    """Return what a browser needs to make a passkey for a user, as JSON."""
    return json.dumps(auth.begin_registration(user, passwordless=False))


def read_registration(answer: str) -> dict[str, Any]:
    """Return the new passkey that a browser answers with; raise UserRefusal for anything else."""
    try:
        credential = _parsed(answer)
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise UserRefusal(_("La clé d'accès n'a pas pu être vérifiée\u00a0: recommencez.")) from error
    return credential


def request_options(user: User) -> str:
    """Return what a browser needs to use one of a user's passkeys, as JSON."""
    return json.dumps(auth.begin_authentication(user))


def is_proved(user: User, answer: str) -> bool:
    """Tell whether a browser's answer was made with a passkey of the user."""
    try:
        credential = _parsed(answer)
        auth.parse_authentication_response(credential)
        factor: Authenticator = auth.complete_authentication(user, credential)
    except (ValidationError, ValueError, KeyError, TypeError):
        return False
    factor.record_usage()
    return True


def _parsed(answer: str) -> dict[str, Any]:
    credential = json.loads(answer)
    if not isinstance(credential, dict):
        raise TypeError("a credential is a JSON object")
    return credential
