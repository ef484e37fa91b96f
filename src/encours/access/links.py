"""One-time links: whoever holds one chooses the password of a user; void once used, or after three days."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from encours.access.models import User


def one_time_path(user: User) -> str:
    """Return the path of a new one-time link for a user."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("access:one_time_link", args=[uid, default_token_generator.make_token(user)])


def user_of_link(uid: str, token: str) -> User | None:
    """Return whose link this is; None where it is void."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(uid).decode()), is_active=True)
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if default_token_generator.check_token(user, token) else None
