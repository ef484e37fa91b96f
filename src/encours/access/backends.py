"""Find who is signed in; the same query tells whether he still has to enrol a second factor."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from encours.access.models import User
from encours.access.second_factor.queries import with_missing_factor


class SignInBackend(ModelBackend):
    """Names and passwords as Django checks them."""

    def get_user(self, user_id: Any) -> User | None:
        """Return an active user, who knows whether he lacks a second factor."""
        return with_missing_factor(User.objects.all()).filter(pk=user_id, is_active=True).first()
