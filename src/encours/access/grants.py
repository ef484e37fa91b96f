"""Decide which users an administrator may manage, and what he may grant: never more than he has himself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from encours.access.errors import UserRefusal
from encours.access.models import Role, User
from encours.access.rights import has_role
from encours.access.scopes import Scope


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user is given: a role, and the entities on which he has it."""

    role: Role
    sees_all_entities: bool
    entity_ids: frozenset[int]
    may_issue_formal_notices: bool = False


def grant_of(user: User) -> Grant:
    """Return what a user has, whether he is active or not."""
    ids = frozenset(user.entities.values_list("id", flat=True))
    return Grant(Role(user.role), user.sees_all_entities, ids, user.may_issue_formal_notices)


def is_within(grant: Grant, scope: Scope) -> bool:
    """Tell whether a scope holds every entity of a grant."""
    if scope.entity_ids is None:
        return True
    return not grant.sees_all_entities and grant.entity_ids <= scope.entity_ids


def check_grant(grant: Grant, *, giver: User, scope: Scope) -> None:
    """Raise UserRefusal for a role or an entity that the giver does not have."""
    if not has_role(giver, grant.role):
        raise UserRefusal(_("Vous ne pouvez pas donner un rôle que vous n'avez pas."), field="role")
    if not is_within(grant, scope):
        raise UserRefusal(
            _("Vous ne pouvez pas donner des entités facturantes que vous ne voyez pas."), field="entities"
        )


def check_new_rights(before: Grant | None, after: Grant, *, giver: User) -> None:
    """Raise UserRefusal where formal notices are newly granted by who may not issue them himself."""
    is_new = after.may_issue_formal_notices and not (before and before.may_issue_formal_notices)
    if is_new and not giver.may_issue_formal_notices:
        message = _(
            "Vous ne pouvez pas donner le droit d'émettre des mises en demeure\u00a0: vous ne l'avez pas."
        )
        raise UserRefusal(message, field="may_issue_formal_notices")


def check_own_grant(before: Grant, after: Grant, *, giver: User, user: User) -> None:
    """Raise UserRefusal where an administrator would take from himself what he needs to come back."""
    if giver.pk != user.pk:
        return
    if before.role != after.role:
        message = _(
            "Vous ne pouvez pas changer votre propre rôle\u00a0: demandez-le à un autre administrateur."
        )
        raise UserRefusal(message, field="role")
    loses_all = before.sees_all_entities and not after.sees_all_entities
    if loses_all or not (after.sees_all_entities or _covers(after.entity_ids, before.entity_ids)):
        message = _(
            "Vous ne pouvez pas vous retirer des entités\u00a0: demandez-le à un autre administrateur."
        )
        raise UserRefusal(message, field="entities")


def _covers(ids: Collection[int], needed: Collection[int]) -> bool:
    return set(needed) <= set(ids)
