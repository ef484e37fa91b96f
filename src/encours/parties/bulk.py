"""Write many entities, customers, contacts and accounts at once, a constant number of statements a chunk.

Everything here runs inside the caller's transaction, on details that ``examine_…`` found sound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice

from django.db.models import OuterRef, Subquery

from encours.bulk import insert_rows, reserve_ids, update_rows
from encours.parties.details import ContactDetails, CustomerDetails, EntityDetails
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.parties.reachability import refresh_reachability, search_name_of
from encours.parties.refused_emails import still_refused

CHUNK = 5_000
ENTITY_FIELDS = tuple(field.name for field in fields(EntityDetails))
CUSTOMER_FIELDS = tuple(field.name for field in fields(CustomerDetails))
CONTACT_FIELDS = tuple(field.name for field in fields(ContactDetails))

ContactKey = tuple[int, int | None]
"""A customer's id and an entity's, or None for the contact that serves all of them."""


def insert_entities(entities: Sequence[EntityDetails]) -> dict[str, int]:
    """Insert entities and return their ids by code."""
    ids = reserve_ids(BillingEntity, len(entities))
    rows = [(id, *values_of(details)) for id, details in zip(ids, entities, strict=True)]
    insert_rows(BillingEntity, ("id", *ENTITY_FIELDS), rows)
    return dict(zip((details.code for details in entities), ids, strict=True))


def update_entities(entities: Mapping[int, EntityDetails]) -> None:
    """Give entities, by id, these details; their codes stay as they are."""
    update_rows(BillingEntity, ENTITY_FIELDS, [(id, *values_of(details)) for id, details in entities.items()])


def insert_customers(customers: Sequence[CustomerDetails]) -> dict[str, int]:
    """Insert customers and return their ids by code."""
    ids = reserve_ids(Customer, len(customers))
    numbered = zip(ids, customers, strict=True)
    rows = ((id, *values_of(details), _search_name(details)) for id, details in numbered)
    insert_rows(Customer, ("id", *CUSTOMER_FIELDS, "search_name"), rows)
    return dict(zip((details.code for details in customers), ids, strict=True))


def update_customers(customers: Mapping[int, CustomerDetails]) -> None:
    """Give customers, by id, these details, and their accounts the name by which they are searched."""
    rows = [(id, *values_of(details), _search_name(details)) for id, details in customers.items()]
    update_rows(Customer, (*CUSTOMER_FIELDS, "search_name"), rows)
    copied = Customer.objects.filter(id=OuterRef("customer_id")).values("search_name")
    for chunk in _chunks(customers):
        Account.objects.filter(customer_id__in=chunk).update(search_name=Subquery(copied))


def set_contacts(contacts: Mapping[ContactKey, ContactDetails]) -> None:
    """Set contacts and how the accounts of their customers can be reached.

    That an address was refused is forgotten once it is no longer there.
    """
    known: dict[ContactKey, tuple[int, str]] = {}
    for chunk in _chunks({customer_id for customer_id, _ in contacts}):
        contacts_of = DunningContact.objects.filter(customer_id__in=chunk)
        for row in contacts_of.values_list("customer_id", "entity_id", "id", "emails"):
            known[row[:2]] = row[2:]
    changed = {key: details for key, details in contacts.items() if key in known}
    new = ((*key, *values_of(details)) for key, details in contacts.items() if key not in known)
    insert_rows(DunningContact, ("customer_id", "entity_id", *CONTACT_FIELDS), new)
    update_rows(
        DunningContact, CONTACT_FIELDS, [(known[key][0], *values_of(changed[key])) for key in changed]
    )
    moved = [known[key][0] for key, details in changed.items() if known[key][1] != details.emails]
    for chunk in _chunks(moved):
        for contact in DunningContact.objects.filter(id__in=chunk).exclude(refused_emails=""):
            contact.refused_emails = still_refused(contact.refused_emails, contact.emails)
            contact.save(update_fields=["refused_emails"])
    refresh_reachability(sorted({customer_id for customer_id, _ in contacts}))


def ensure_accounts(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the id of the account of each (entity id, customer id), opened where it is not there yet."""
    accounts = find_accounts(pairs)
    missing = sorted(set(pairs) - accounts.keys())
    if missing:
        codes = dict(BillingEntity.objects.values_list("id", "code"))
        customer_ids = sorted({customer_id for _, customer_id in missing})
        names: dict[int, str] = {}
        for chunk in _chunks(customer_ids):
            names.update(Customer.objects.filter(id__in=chunk).values_list("id", "search_name"))
        ids = reserve_ids(Account, len(missing))
        rows = ((id, e, c, codes[e], names[c]) for id, (e, c) in zip(ids, missing, strict=True))
        insert_rows(Account, ("id", "entity_id", "customer_id", "entity_code", "search_name"), rows)
        accounts.update(zip(missing, ids, strict=True))
        refresh_reachability(customer_ids)
    return accounts


def find_accounts(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the id of the account of each (entity id, customer id) that has one."""
    wanted, found = set(pairs), {}
    for chunk in _chunks({customer_id for _, customer_id in wanted}):
        rows = Account.objects.filter(customer_id__in=chunk).values_list("entity_id", "customer_id", "id")
        found.update({(e, c): id for e, c, id in rows if (e, c) in wanted})
    return found


def values_of(details: EntityDetails | CustomerDetails | ContactDetails) -> tuple[str, ...]:
    """Return the values of details in the order of their fields."""
    return tuple(getattr(details, field.name) for field in fields(details))


def _search_name(details: CustomerDetails) -> str:
    return search_name_of(Customer(code=details.code, name=details.name))


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    iterator = iter(ids)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
