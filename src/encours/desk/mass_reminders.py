"""Read the filter of the list for a mass reminder of all the accounts that it lists."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.http import QueryDict

from encours.access.scopes import Scope
from encours.desk.filters import parse_query
from encours.desk.selection import matching_accounts
from encours.parties.models import Account
from encours.parties.queries import entities_in


def read_filter(scope: Scope, query: str, today: dt.date) -> QuerySet[Account]:
    """Return the accounts that the query string of the list asks for; raise FilterRefusal."""
    visible = set(entities_in(scope).values_list("code", flat=True))
    criteria = parse_query(QueryDict(query), today=today).within(visible)
    return matching_accounts(scope, criteria, today)
