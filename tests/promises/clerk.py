"""Make who writes during the kills: ``python -m tests.promises.clerk`` prints session, token and account."""

from __future__ import annotations

import json
import secrets
import string

from tests.promises.queueing import set_up

TOKEN_LETTERS = string.ascii_letters + string.digits
TOKEN_LENGTH = 32


def make_clerk() -> dict[str, str]:
    """Create a user with a session, and an account; return what a browser of this user would hold."""
    from django.conf import settings
    from django.test import Client

    from encours.access.actions import create_user
    from encours.access.models import Role
    from tests import build

    user = create_user(
        username="clerc",
        full_name="Camille Clerc",
        role=Role.COLLECTOR,
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )
    client = Client()
    client.force_login(user)
    return {
        "session_name": settings.SESSION_COOKIE_NAME,
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "token_name": settings.CSRF_COOKIE_NAME,
        "token": "".join(secrets.choice(TOKEN_LETTERS) for _ in range(TOKEN_LENGTH)),
        "path": f"/comptes/{build.account().pk}/reglements/nouveau/",
    }


if __name__ == "__main__":
    set_up()
    print(json.dumps(make_clerk()))
