"""Import customers and their dunning contacts: created, or changed in the columns that the file has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.intake.cells import Cells, Place, refuse_at
from encours.intake.importing import Counts
from encours.intake.known import chunks, distinct, ids_of_entities, nearest_entities
from encours.intake.nearest import Nearest
from encours.intake.parties.customer_lines import (
    CONTACT_COLUMNS,
    CUSTOMER_COLUMNS,
    LAYOUT,
    CustomerLine,
    parse_customer,
)
from encours.intake.parties.merging import merged
from encours.intake.problems import Findings
from encours.parties.bulk import (
    CONTACT_FIELDS,
    CUSTOMER_FIELDS,
    insert_customers,
    set_contacts,
    update_customers,
)
from encours.parties.details import ContactDetails, CustomerDetails, examine_contact, examine_customer
from encours.parties.models import Customer, DunningContact

ContactKey = tuple[str, int | None]
"""A customer's code and an entity's id, or None for the contact that serves all of them."""


@dataclass(frozen=True, slots=True)
class KnownCustomers:
    """The customers, contacts and entities of the database that the lines name."""

    ids: dict[str, int]
    details: dict[str, CustomerDetails]
    contacts: dict[ContactKey, ContactDetails]
    entity_ids: dict[str, int]


@dataclass(slots=True)
class CustomerPlan:
    """The customers to create and to change, and the contacts to set."""

    ids: dict[str, int]
    new: dict[str, CustomerDetails] = field(default_factory=dict)
    changed: dict[str, CustomerDetails] = field(default_factory=dict)
    contacts: dict[ContactKey, ContactDetails] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)

    @property
    def counts(self) -> Counts:
        """What the plan does to customers, their contacts included."""
        updated = {*self.changed, *(code for code, _entity in self.contacts)} - self.new.keys()
        return Counts(len(self.new), len(self.codes) - len(self.new) - len(updated), len(updated))

    def apply(self, *, actor: Actor, now: dt.datetime) -> None:  # noqa: ARG002 (customers have neither)
        """Write customers and contacts."""
        ids = {**self.ids, **insert_customers(list(self.new.values()))}
        update_customers({ids[code]: details for code, details in self.changed.items()})
        set_contacts({(ids[code], entity): details for (code, entity), details in self.contacts.items()})


class CustomerImporter:
    """Files of customers."""

    subject = "customers"
    layout = LAYOUT

    def parse(self, cells: Cells, today: dt.date, /) -> CustomerLine | None:  # noqa: ARG002 (of payments only)
        """Return a row as a line."""
        return parse_customer(cells)

    def read_state(self, lines: Sequence[CustomerLine], /) -> KnownCustomers:
        """Return what is known of the customers, contacts and entities named."""
        ids, details = dict[str, int](), dict[str, CustomerDetails]()
        contacts: dict[ContactKey, ContactDetails] = {}
        for chunk in chunks(distinct([line.details.code for line in lines])):
            for row in Customer.objects.filter(code__in=chunk).values("id", *CUSTOMER_FIELDS):
                ids[row["code"]] = row.pop("id")
                details[row["code"]] = CustomerDetails(**row)
            rows = DunningContact.objects.filter(customer__code__in=chunk)
            for row in rows.values("customer__code", "entity_id", *CONTACT_FIELDS):
                key = (row.pop("customer__code"), row.pop("entity_id"))
                contacts[key] = ContactDetails(**row)
        codes = {line.entity_code for line in lines if line.entity_code}
        return KnownCustomers(ids, details, contacts, ids_of_entities(codes))

    def lock(self, state: KnownCustomers, /) -> None:
        """Lock the known customers."""
        for chunk in chunks(sorted(state.ids.values())):
            rows = Customer.objects.filter(id__in=chunk).order_by("id").select_for_update()
            list(rows.values_list("id"))

    def plan(
        self,
        lines: Sequence[CustomerLine],
        state: KnownCustomers,
        findings: Findings,
        *,
        today: dt.date,  # noqa: ARG002 (customers have no date)
    ) -> CustomerPlan:
        """Return the customers and contacts to write."""
        planner = _Planner(state, findings)
        for line in lines:
            planner.add(line)
        return planner.plan


class _Planner:
    """Turns lines into a plan, one after the other."""

    def __init__(self, state: KnownCustomers, findings: Findings) -> None:
        self.plan = CustomerPlan(state.ids)
        self._state = state
        self._findings = findings
        self._customers: dict[str, tuple[Place, CustomerLine]] = {}
        self._contacts: dict[tuple[str, str], Place] = {}
        self._nearest: Nearest | None = None

    def add(self, line: CustomerLine) -> None:
        """Add one line; several lines of one customer give contacts of several entities."""
        code = line.details.code
        key = (code, line.entity_code)
        if key in self._contacts:
            first = self._contacts[key]
            sentence = _("Ce client est déjà donné dans %(file)s, ligne %(line)s.")
            message = sentence % {"file": first.file, "line": first.line}
            return self._refuse(line, "customer_code", code, message)
        self._contacts[key] = line.place
        if code in self._customers:
            self._compare(line, *self._customers[code])
        else:
            self._customers[code] = (line.place, line)
            self._add_customer(line)
        self._add_contact(line)
        return None

    def _add_customer(self, line: CustomerLine) -> None:
        code, known = line.details.code, self._state.details.get(line.details.code)
        self.plan.codes.add(code)
        if known is None:
            self.plan.new[code] = line.details
            return
        details, refusals = examine_customer(merged(known, line.details, line.given))
        self._refuse_all(line, refusals, CUSTOMER_COLUMNS)
        if details != known:
            self.plan.changed[code] = details

    def _compare(self, line: CustomerLine, place: Place, first: CustomerLine) -> None:
        for name, column in CUSTOMER_COLUMNS.items():
            value, other = getattr(line.details, name), getattr(first.details, name)
            if name in line.given and name in first.given and value != other:
                sentence = _("%(file)s, ligne %(line)s, dit «\u00a0%(said)s\u00a0» pour le même client.")
                message = sentence % {"file": place.file, "line": place.line, "said": other}
                self._refuse(line, column, value, message)

    def _add_contact(self, line: CustomerLine) -> None:
        entity_id = None
        if line.entity_code:
            entity_id = self._state.entity_ids.get(line.entity_code)
            if entity_id is None:
                self._nearest = self._nearest or nearest_entities()
                hint = self._nearest.hint(line.entity_code)
                message = _("Entité facturante inconnue%s.") % hint
                return self._refuse(line, "entity_code", line.entity_code, message)
        code = line.details.code
        known = self._state.contacts.get((code, entity_id))
        if not line.contact_given or (known is None and not line.has_contact):
            return None
        known = known or ContactDetails()
        details, refusals = examine_contact(merged(known, line.contact, line.contact_given))
        self._refuse_all(line, refusals, CONTACT_COLUMNS)
        if details != known:
            self.plan.contacts[code, entity_id] = details
        return None

    def _refuse_all(self, line: CustomerLine, refusals: Sequence[Refusal], columns: dict[str, str]) -> None:
        for refusal in refusals:
            self._refuse(line, columns.get(refusal.field, ""), "", refusal.message)

    def _refuse(self, line: CustomerLine, column: str, value: str, message: str) -> None:
        refuse_at(self._findings, line.place, column, value, message)
