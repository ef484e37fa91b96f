"""The users of the demonstration and their passwords, made at random: there is no default one anywhere."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from encours.access.actions import create_user, set_password
from encours.access.models import Role, User
from encours.core.actors import Actor

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 4


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a user of the demonstration signs in."""

    username: str
    password: str
    role: str


USERS = (
    ("admin", "Alice Admin", Role.ADMINISTRATOR),
    ("gestion", "Gilles Gestion", Role.COLLECTOR),
    ("lecture", "Lucie Lecture", Role.READER),
)


def ensure_users(*, renew: bool, actor: Actor, now: dt.datetime) -> list[Credentials]:
    """Create the users that are missing, and return the passwords that were made: all of them to renew."""
    made: list[Credentials] = []
    for username, full_name, role in USERS:
        user = User.objects.filter(username=username).first()
        if user is not None and not renew:
            continue
        password = new_password()
        if user is None:
            create_user(
                username=username,
                full_name=full_name,
                role=role,
                email=f"{username}@encours.example",
                password=password,
                sees_all_entities=True,
                may_issue_formal_notices=role != Role.READER,
                actor=actor,
                now=now,
            )
        else:
            set_password(user=user, password=password, actor=actor, now=now)
        made.append(Credentials(username, password, str(role.label)))
    return made


def new_password() -> str:
    """Return a random password that is easy to copy by hand: about 79 bits."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)
