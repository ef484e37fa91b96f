"""Find customers as one types: by any part of the code or of the name, accents and case ignored."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from encours.access.scopes import Scope
from encours.core.search import normalise
from encours.parties.models import Account, Customer
from encours.parties.name_index import ids_holding

LONGEST_TEXT = 200
MOST_WORDS = 8
MOST_FROM_INDEX = 400
"""How many candidates are sorted; where there are more, the names are read in their order instead."""


def find_customers(scope: Scope, text: str, most: int) -> list[Customer]:
    """Return the first customers of a scope whose code or name holds every word of a text.

    Those whose code begins with the text come first, then the others, both in the order of their codes.
    """
    wanted = normalise(text[:LONGEST_TEXT].replace("\0", ""))
    words = sorted(set(wanted.split()), key=len, reverse=True)[:MOST_WORDS]
    if not words:
        return []
    begins = {"search_name__gte": wanted, "search_name__lt": f"{wanted}\U0010ffff"}
    first = list(_in_order(scope).filter(**begins)[:most])
    if len(first) == most:
        return first
    others = _in_order(scope).exclude(**begins)
    for word in words:
        others = others.filter(GreaterThan(StrIndex("search_name", Value(word)), Value(0)))
    candidates = ids_holding(words, MOST_FROM_INDEX)
    if candidates is not None:
        others = others.filter(id__in=candidates)
    return [*first, *others[: most - len(first)]]


def _in_order(scope: Scope) -> QuerySet[Customer]:
    """Return the customers of a scope; each is asked for its accounts only once its name fits."""
    rows = Customer.objects.order_by("search_name")
    if scope.entity_ids is None:
        return rows
    accounts = Account.objects.filter(customer_id=OuterRef("id"), entity_id__in=scope.entity_ids)
    return rows.filter(Exists(accounts))
