"""What every page is given besides its own context."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from encours.access.models import User
from encours.delivery.queries import pause_reason
from encours.dunning.notices.queries import count_to_approve
from encours.manual.screens import help_address
from encours.web.navigation import navigation_for


def page(request: HttpRequest) -> dict[str, object]:
    """Return the navigation and help of who is signed in, and what keeps e-mails; asked when shown."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    screen = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "help_address": help_address(screen),
        "navigation": navigation_for(user, request.path),
        "are_emails_kept_as_files": not settings.EMAIL_URL,
        "outbox_pause_reason": SimpleLazyObject(pause_reason),
        "notices_to_approve": SimpleLazyObject(partial(count_to_approve, user)),
    }
