"""Signing in as a person does: by the form, with a code of an app, with the clock where a test wants it."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.utils import timezone

from encours.access import actions
from encours.access.models import Role, User
from encours.access.second_factor.actions import enrol_app
from encours.access.second_factor.codes import code_at
from encours.core.actors import COMMAND_LINE

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "un chat sur le toit"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AN_HOUR_AGO = dt.timedelta(hours=1)


def new_user(username: str = "gestion", role: Role = Role.COLLECTOR, **more: str) -> User:
    return actions.create_user(
        username=username,
        full_name=f"Personne {username}",
        role=role,
        actor=COMMAND_LINE,
        now=NOW,
        password=PASSWORD,
        **more,  # type: ignore[arg-type]
    )


def with_app(user: User) -> list[str]:
    """Give a user an app that he enrolled an hour ago; return his recovery codes."""
    then = timezone.now() - AN_HOUR_AGO
    return enrol_app(user=user, secret=SECRET, code=code_at(SECRET, then), actor=COMMAND_LINE, now=then)


def code_now(minutes: float = 0) -> str:
    return code_at(SECRET, timezone.now() + dt.timedelta(minutes=minutes))


def give_password(client: Client, username: str = "gestion", **more: str) -> str:
    """Send name and password; return where that leads."""
    answer = client.post("/connexion/", {"username": username, "password": PASSWORD, **more})
    return answer.headers.get("Location", f"{answer.status_code}")


def signed_in(user: User) -> Client:
    client = Client()
    assert give_password(client, user.username) == "/"
    return client
