"""Import billing entities: created, or changed in the columns that the file has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from encours.core.actors import Actor
from encours.intake.cells import Cells, Place, refuse_at
from encours.intake.importing import Counts
from encours.intake.known import chunks, distinct
from encours.intake.parties.merging import merged, values_given
from encours.intake.problems import Findings
from encours.intake.reading.tables import Layout
from encours.parties.bulk import ENTITY_FIELDS, insert_entities, update_entities
from encours.parties.details import EntityDetails, examine_entity
from encours.parties.models import BillingEntity

COLUMNS = {name: {"code": "entity_code", "name": "entity_name"}.get(name, name) for name in ENTITY_FIELDS}
"""The column in which each field of an entity stands."""


@dataclass(frozen=True, slots=True)
class EntityLine:
    """One line: the details as its file gives them, and the fields that it gives."""

    place: Place
    details: EntityDetails
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownEntity:
    """An entity of the database."""

    id: int
    details: EntityDetails


@dataclass(slots=True)
class EntityPlan:
    """The entities to create, and those to change by id."""

    new: list[EntityDetails] = field(default_factory=list)
    changed: dict[int, EntityDetails] = field(default_factory=dict)
    unchanged_count: int = 0

    @property
    def counts(self) -> Counts:
        """What the plan does to entities."""
        return Counts(len(self.new), self.unchanged_count, len(self.changed))

    def apply(self, *, actor: Actor, now: dt.datetime) -> None:  # noqa: ARG002 (entities have neither)
        """Write the entities."""
        insert_entities(self.new)
        update_entities(self.changed)


class EntityImporter:
    """Files of billing entities."""

    subject = "entities"
    layout = Layout(
        required=("entity_code", "entity_name"),
        optional=tuple(column for column in COLUMNS.values() if not column.startswith("entity_")),
    )

    def parse(self, cells: Cells, today: dt.date, /) -> EntityLine | None:  # noqa: ARG002 (of payments only)
        """Return a row with its details cleaned."""
        values = values_given(cells, COLUMNS)
        details, refusals = examine_entity(EntityDetails(**values))
        cells.refuse_all(refusals, COLUMNS)
        return EntityLine(cells.place, details, frozenset(values)) if cells.are_sound else None

    def read_state(self, lines: Sequence[EntityLine], /) -> dict[str, KnownEntity]:
        """Return the known entities by code."""
        known: dict[str, KnownEntity] = {}
        for chunk in chunks(distinct([line.details.code for line in lines])):
            rows = BillingEntity.objects.filter(code__in=chunk).values("id", *ENTITY_FIELDS)
            for row in rows:
                known[row["code"]] = KnownEntity(row.pop("id"), EntityDetails(**row))
        return known

    def lock(self, state: dict[str, KnownEntity], /) -> None:
        """Lock the known entities."""
        ids = sorted(entity.id for entity in state.values())
        list(BillingEntity.objects.filter(id__in=ids).order_by("id").select_for_update().values_list("id"))

    def plan(
        self,
        lines: Sequence[EntityLine],
        state: dict[str, KnownEntity],
        findings: Findings,
        *,
        today: dt.date,  # noqa: ARG002 (entities have no date)
    ) -> EntityPlan:
        """Return the entities to create and to change; one code stands on one line."""
        plan, seen = EntityPlan(), dict[str, Place]()
        for line in lines:
            code = line.details.code
            if code in seen:
                first = seen[code]
                sentence = _("Cette entité est déjà donnée dans %(file)s, ligne %(line)s.")
                message = sentence % {"file": first.file, "line": first.line}
                refuse_at(findings, line.place, "entity_code", code, message)
                continue
            seen[code] = line.place
            known = state.get(code)
            if known is None:
                plan.new.append(line.details)
                continue
            details, refusals = examine_entity(merged(known.details, line.details, line.given))
            for refusal in refusals:
                refuse_at(findings, line.place, COLUMNS.get(refusal.field, ""), "", refusal.message)
            if details == known.details:
                plan.unchanged_count += 1
            else:
                plan.changed[known.id] = details
        return plan
