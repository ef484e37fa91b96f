"""Know which entities and customers the database has, among those that the lines of an import name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db.models import Model

from encours.intake.nearest import MAX_CANDIDATES, Nearest
from encours.parties.models import BillingEntity, Customer

CHUNK = 5_000
"""How many values one statement asks for."""

ItemT = TypeVar("ItemT")


def chunks(items: Collection[ItemT], size: int = CHUNK) -> Iterator[list[ItemT]]:
    """Yield the items in lists of at most that many."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def ids_of_entities(codes: Collection[str]) -> dict[str, int]:
    """Return the id of each of these entities that is known."""
    return _ids(BillingEntity, codes)


def ids_of_customers(codes: Collection[str]) -> dict[str, int]:
    """Return the id of each of these customers that is known."""
    return _ids(Customer, codes)


def nearest_entities() -> Nearest:
    """Return the known entities, to name the one that was meant."""
    return Nearest(dict(BillingEntity.objects.values_list("code", "name")[:MAX_CANDIDATES]))


def nearest_customers() -> Nearest:
    """Return the known customers, to name the one that was meant."""
    return Nearest(dict(Customer.objects.values_list("code", "name")[:MAX_CANDIDATES]))


def _ids(model: type[Model], codes: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(codes):
        rows = model._default_manager.filter(code__in=chunk).values_list("code", "id")
        found.update(rows)
    return found


def distinct(values: Sequence[str]) -> list[str]:
    """Return the values, each once, in their order."""
    return list(dict.fromkeys(values))
