"""Every write about users: create, change, give a password, choose a language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from encours.access.errors import UsernameTaken, UserRefusal, WeakPassword, WrongPassword
from encours.access.grants import Grant, check_grant, check_new_rights, check_own_grant, grant_of
from encours.access.links import one_time_path
from encours.access.models import Role, User
from encours.access.scopes import scope_of
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
    may_issue_formal_notices: bool = False,
    language: str = "fr",
) -> User:
    """Create a user; without a password he cannot sign in until he is given one or a one-time link."""
    user = User(
        username=username.strip(),
        full_name=full_name.strip(),
        email=email.strip(),
        role=role,
        sees_all_entities=sees_all_entities,
        may_issue_formal_notices=may_issue_formal_notices,
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
                    "may_issue_formal_notices": user.may_issue_formal_notices,
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


def update_user(
    *,
    user: User,
    full_name: str,
    email: str,
    grant: Grant,
    giver: User,
    actor: Actor,
    now: dt.datetime,
) -> User:
    """Change a user's name, e-mail, role and entities; raise Refusal for what the giver may not give."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        before = grant_of(user)
        scope = scope_of(giver)
        check_grant(before, giver=giver, scope=scope)  # someone may have widened it meanwhile
        check_grant(grant, giver=giver, scope=scope)
        check_new_rights(before, grant, giver=giver)
        check_own_grant(before, grant, giver=giver, user=user)
        former = {"full_name": user.full_name, "email": user.email, **_as_audited(before)}
        user.full_name, user.email = full_name.strip(), email.strip()
        user.role, user.sees_all_entities = grant.role, grant.sees_all_entities
        user.may_issue_formal_notices = grant.may_issue_formal_notices
        user.save(
            update_fields=["full_name", "email", "role", "sees_all_entities", "may_issue_formal_notices"]
        )
        user.entities.set(grant.entity_ids)
        after = {"full_name": user.full_name, "email": user.email, **_as_audited(grant)}
        record(actor=actor, action="user.update", subject=user.username, before=former, after=after, now=now)
    return user


def set_user_active(*, user: User, is_active: bool, giver: User, actor: Actor, now: dt.datetime) -> None:
    """Let a user sign in again, or no longer: a user is never deleted, his name stands in what he did."""
    if user.pk == giver.pk and not is_active:
        raise UserRefusal(_("Vous ne pouvez pas désactiver votre propre compte."))
    with transaction.atomic():
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        record(
            actor=actor,
            action="user.activate" if is_active else "user.deactivate",
            subject=user.username,
            after={"is_active": is_active},
            now=now,
        )


def make_one_time_link(*, user: User, actor: Actor, now: dt.datetime) -> str:
    """Return the path of a link by which a user chooses his password; that it was made is recorded."""
    record(actor=actor, action="user.make_link", subject=user.username, now=now)
    return one_time_path(user)


def grant_entity(*, user: User, entity_id: int, entity_code: str, actor: Actor, now: dt.datetime) -> None:
    """Let a user see an entity that he has just created, inside the caller's transaction."""
    if user.sees_all_entities:
        return
    user.entities.add(entity_id)
    record(actor=actor, action="user.grant_entity", subject=user.username, entity_code=entity_code, now=now)


def note_sign_in(*, user: User, method: str, second: str, actor: Actor, now: dt.datetime) -> None:
    """Note that a user has signed in, and by which proofs."""
    proofs = {"method": method, "second_factor": second}
    record(actor=actor, action="user.sign_in", subject=user.username, after=proofs, now=now)


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


def _as_audited(grant: Grant) -> dict[str, object]:
    return {
        "role": grant.role,
        "sees_all_entities": grant.sees_all_entities,
        "may_issue_formal_notices": grant.may_issue_formal_notices,
        "entity_ids": sorted(grant.entity_ids),
    }


def _set(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(list(error.messages)) from error
    user.set_password(password)
