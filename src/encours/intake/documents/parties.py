"""Know the entities and customers that documents name: found, created from a name, or told as unknown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from encours.intake.cells import Place, refuse_at
from encours.intake.known import ids_of_customers, ids_of_entities, nearest_customers, nearest_entities
from encours.intake.nearest import Nearest
from encours.intake.problems import Findings
from encours.parties.bulk import insert_customers, insert_entities
from encours.parties.details import CustomerDetails, EntityDetails


@dataclass(frozen=True, slots=True)
class KnownParties:
    """The ids of the entities and customers of the database, by code."""

    entity_ids: dict[str, int]
    customer_ids: dict[str, int]


def read_parties(entity_codes: Collection[str], customer_codes: Collection[str]) -> KnownParties:
    """Return those of the entities and customers that are known."""
    return KnownParties(ids_of_entities(entity_codes), ids_of_customers(customer_codes))


@dataclass(slots=True)
class PartiesFinder:
    """Finds the two sides of each document, and collects those that a name creates."""

    known: KnownParties
    findings: Findings
    new_entities: dict[str, tuple[str, Place]] = field(default_factory=dict)
    new_customers: dict[str, tuple[str, Place]] = field(default_factory=dict)
    _entities: Nearest | None = None
    _customers: Nearest | None = None

    def find_entity(self, place: Place, code: str, name: str = "") -> bool:
        """Tell whether the entity is known or created by its name; otherwise that is a problem."""
        if code in self.known.entity_ids or self._is_created(place, self.new_entities, "entity", code, name):
            return True
        self._entities = self._entities or nearest_entities()
        message = _("Entité facturante inconnue%s.") % self._entities.hint(code)
        refuse_at(self.findings, place, "entity_code", code, message)
        return False

    def find_customer(self, place: Place, code: str, name: str = "") -> bool:
        """Tell whether the customer is known or created by his name; otherwise that is a problem."""
        if code in self.known.customer_ids or self._is_created(
            place, self.new_customers, "customer", code, name
        ):
            return True
        self._customers = self._customers or nearest_customers()
        message = _("Client inconnu%s.") % self._customers.hint(code)
        refuse_at(self.findings, place, "customer_code", code, message)
        return False

    def _is_created(
        self, place: Place, new: dict[str, tuple[str, Place]], what: str, code: str, name: str
    ) -> bool:
        """Tell whether a name creates this code here or earlier; two different names are a problem."""
        if code not in new:
            if name:
                new[code] = (name, place)
            return bool(name)
        first, where = new[code]
        if name and name != first:
            sentence = _("%(file)s, ligne %(line)s, dit «\u00a0%(said)s\u00a0» pour le même code.")
            message = sentence % {"file": where.file, "line": where.line, "said": first}
            refuse_at(self.findings, place, f"{what}_name", name, message)
        return True


def create_parties(finder: PartiesFinder) -> KnownParties:
    """Insert the entities and customers that a name creates; return all the ids."""
    entities = [EntityDetails(code=code, name=name) for code, (name, _place) in finder.new_entities.items()]
    customers = [
        CustomerDetails(code=code, name=name) for code, (name, _place) in finder.new_customers.items()
    ]
    return KnownParties(
        {**finder.known.entity_ids, **insert_entities(entities)},
        {**finder.known.customer_ids, **insert_customers(customers)},
    )
