"""Every write about users: create, change, give a password, choose a language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from encours.access.errors import UsernameTaken, WeakPassword, WrongPassword
from encours.access.models import Role, User
from encours.audit.record import record
from encours.core.actors import Actor


def create_user(
    *,
    username: str,
    full_name: str,
    role: Role,
    actor: Actor,
    now: dt.datetime,
    email: str = "",
    password: str | None = None,
    entity_ids: Collection[int] = (),
    sees_all_entities: bool = False,
    language: str = "fr",
) -> User:
    """Create a user; without a password he cannot sign in until he is given one or a one-time link."""
    user = User(
        username=username.strip(),
        full_name=full_name.strip(),
        email=email.strip(),
        role=role,
        sees_all_entities=sees_all_entities,
        language=language,
        created_at=now,
    )
    _set(user, password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            user.entities.set(entity_ids)
            record(
                actor=actor,
                action="user.create",
                subject=user.username,
                after={
                    "full_name": user.full_name,
                    "email": user.email,
                    "role": user.role,
                    "sees_all_entities": user.sees_all_entities,
                    "entity_ids": sorted(entity_ids),
                    "language": user.language,
                },
                now=now,
            )
    except IntegrityError as error:
        if User.objects.filter(username=user.username).exists():
            raise UsernameTaken(user.username) from error
        raise
    return user


def set_password(*, user: User, password: str, actor: Actor, now: dt.datetime) -> None:
    """Give a user a new password; all his sessions but the one that is told of it end."""
    _set(user, password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        record(actor=actor, action="user.set_password", subject=user.username, now=now)


def change_own_password(*, user: User, present: str, password: str, actor: Actor, now: dt.datetime) -> None:
    """Change one's own password, given the present one."""
    if not user.check_password(present):
        raise WrongPassword
    set_password(user=user, password=password, actor=actor, now=now)


def set_language(*, user: User, language: str, actor: Actor, now: dt.datetime) -> None:
    """Choose the language in which the interface speaks to a user."""
    before, user.language = user.language, language
    with transaction.atomic():
        user.save(update_fields=["language"])
        record(
            actor=actor,
            action="user.set_language",
            subject=user.username,
            before={"language": before},
            after={"language": language},
            now=now,
        )


def _set(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(list(error.messages)) from error
    user.set_password(password)
