"""Entities, customers and contacts are administered by administrators, within the entities they see."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Fields, Page
from tests.access.world import Side

ADMINISTRATOR = Role.ADMINISTRATOR


def _entity(side: Side) -> Fields:
    return {"pk": side.entity.pk}


def _customer(side: Side) -> Fields:
    return {"pk": side.customer.pk}


def _contact(side: Side) -> Fields:
    return {"pk": side.customer.pk, "entity_pk": side.entity.pk}


def _new_customer(side: Side) -> Fields:
    person = {"code": "NEUF", "name": "Neuf", "kind": "professional", "language": "fr"}
    return {**person, "entity": side.entity.pk}


PAGES = {
    "parties:entities": Page(get=ADMINISTRATOR),
    "parties:new_entity": Page(get=ADMINISTRATOR, post=ADMINISTRATOR),
    "parties:entity": Page(get=ADMINISTRATOR, post=ADMINISTRATOR, args=_entity),
    "parties:entity_activity": Page(post=ADMINISTRATOR, args=_entity),
    "parties:customers": Page(get=ADMINISTRATOR),
    "parties:new_customer": Page(get=ADMINISTRATOR, post=ADMINISTRATOR, body=_new_customer),
    "parties:customer": Page(get=ADMINISTRATOR, post=ADMINISTRATOR, args=_customer),
    "parties:customer_activity": Page(post=ADMINISTRATOR, args=_customer),
    "parties:customer_contact": Page(get=ADMINISTRATOR, post=ADMINISTRATOR, args=_customer),
    "parties:entity_contact": Page(get=ADMINISTRATOR, post=ADMINISTRATOR, args=_contact),
    "parties:remove_contact": Page(post=ADMINISTRATOR, args=_contact),
}
