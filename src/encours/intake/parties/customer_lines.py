"""Read lines of customers: who he is, and the dunning contact that serves all entities or one."""

from __future__ import annotations

from dataclasses import dataclass

from encours.core.typed import parse_entity_code
from encours.intake.cells import Cells, Place
from encours.intake.parties.merging import values_given
from encours.intake.reading.tables import Layout
from encours.parties.bulk import CONTACT_FIELDS, CUSTOMER_FIELDS
from encours.parties.details import (
    ENTITY_CODE_LENGTH,
    ContactDetails,
    CustomerDetails,
    examine_contact,
    examine_customer,
)

CUSTOMER_COLUMNS = {
    name: {"code": "customer_code", "name": "customer_name"}.get(name, name) for name in CUSTOMER_FIELDS
}
CONTACT_COLUMNS = {name: {"emails": "email"}.get(name, name) for name in CONTACT_FIELDS}
LAYOUT = Layout(
    required=("customer_code", "customer_name"),
    optional=(
        *("siren", "vat_number", "language", "kind", "entity_code", "contact_name", "email"),
        *("address1", "address2", "postcode", "city", "country", "contact_role", "contact_phone"),
    ),
)


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One line: a customer, and the contact of ``entity_code`` (empty: of the customer) if it gives one."""

    place: Place
    details: CustomerDetails
    given: frozenset[str]
    entity_code: str
    contact: ContactDetails
    contact_given: frozenset[str]

    @property
    def has_contact(self) -> bool:
        """Tell whether the line says anything of a contact."""
        contact = self.contact
        return any(
            (contact.contact_name, contact.contact_role, contact.contact_phone, contact.emails)
        ) or any((contact.address1, contact.address2, contact.postcode, contact.city))


def parse_customer(cells: Cells) -> CustomerLine | None:
    """Return a row with its details cleaned, or None once its problems are told."""
    values = values_given(cells, CUSTOMER_COLUMNS)
    contact_values = values_given(cells, CONTACT_COLUMNS)
    details, refusals = examine_customer(CustomerDetails(**values))
    cells.refuse_all(refusals, CUSTOMER_COLUMNS)
    contact, refusals = examine_contact(ContactDetails(**contact_values))
    cells.refuse_all(refusals, CONTACT_COLUMNS)
    entity_code: str | None = cells.text("entity_code").strip()
    if entity_code:
        entity_code = cells.read("entity_code", _entity_code)
    if not cells.are_sound or entity_code is None:
        return None
    return CustomerLine(
        cells.place, details, frozenset(values), entity_code, contact, frozenset(contact_values)
    )


def _entity_code(text: str) -> str:
    return parse_entity_code(text, max_length=ENTITY_CODE_LENGTH)
