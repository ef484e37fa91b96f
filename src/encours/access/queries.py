"""Read users as an administrator sees them: those whose entities are all among his own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from encours.access.models import User
from encours.access.scopes import Scope


@dataclass(frozen=True, slots=True)
class EntityChoice:
    """A billing entity as it can be granted."""

    id: int
    code: str
    name: str


def users_in(scope: Scope) -> QuerySet[User]:
    """Return the users who see nothing outside a scope, in the order of their names."""
    users = User.objects.prefetch_related("entities").order_by("full_name", "username")
    if scope.entity_ids is None:
        return users
    wider = User.entities.through.objects.exclude(billingentity_id__in=scope.entity_ids)
    return users.exclude(Q(sees_all_entities=True) | Q(pk__in=wider.values("user_id")))


def entity_choices(scope: Scope) -> list[EntityChoice]:
    """Return the entities of a scope, which this app knows by the field of its users alone."""
    field: Any = User._meta.get_field("entities")
    model: type[Model] = field.related_model
    rows = scope.narrow(model._default_manager.order_by("code"), "id")
    return [EntityChoice(*row) for row in rows.values_list("id", "code", "name")]
