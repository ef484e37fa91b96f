"""Know which billing entities a reader may see; it is the first argument of every shared query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from encours.access.models import User


RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of billing entities by id; None stands for all of them, the later ones included."""

    entity_ids: frozenset[int] | None

    def allows(self, entity_id: int) -> bool:
        """Tell whether an entity is in the scope."""
        return self.entity_ids is None or entity_id in self.entity_ids

    def narrow(self, rows: QuerySet[RowT], path: str = "entity_id") -> QuerySet[RowT]:
        """Return the rows whose entity, at the field path given, is in the scope."""
        if self.entity_ids is None:
            return rows
        conditions: dict[str, Any] = {f"{path}__in": self.entity_ids}
        return rows.filter(**conditions)


EVERYTHING = Scope(entity_ids=None)
"""The scope of the command line and of background jobs."""


def scope_of(user: User) -> Scope:
    """Return what a user may see: nothing while he is inactive."""
    if not user.is_active:
        return Scope(frozenset())
    if user.sees_all_entities:
        return EVERYTHING
    return Scope(frozenset(user.entities.values_list("id", flat=True)))
