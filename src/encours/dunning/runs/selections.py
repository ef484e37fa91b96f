"""Know which accounts a mass reminder speaks of: those ticked, those of a filter, or those of codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.core.errors import Refusal
from encours.parties.models import Account
from encours.receivables.models import AccountBalance

MAX_TICKED = 10_000

FilterReader = Callable[[Scope, str, dt.date], QuerySet[Account]]
"""Turns the query string of the account list into its accounts; raise Refusal where it means nothing."""

_readers: list[FilterReader] = []


@dataclass(frozen=True, slots=True)
class RunSelection:
    """One of three: account ids, the query of a filter, or codes of entities and customers (none: all)."""

    account_ids: tuple[int, ...] = ()
    query: str | None = None
    entity_codes: tuple[str, ...] = ()
    customer_codes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what is kept."""
        if self.account_ids:
            return {"account_ids": list(self.account_ids)}
        if self.query is not None:
            return {"query": self.query}
        return {"entity_codes": list(self.entity_codes), "customer_codes": list(self.customer_codes)}

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> RunSelection:
        """Return what was kept."""
        return RunSelection(
            account_ids=tuple(kept.get("account_ids", ())),
            query=kept.get("query"),
            entity_codes=tuple(kept.get("entity_codes", ())),
            customer_codes=tuple(kept.get("customer_codes", ())),
        )


def register_filter_reader(reader: FilterReader) -> None:
    """Have the filter of the account list read by the app that owns it."""
    _readers[:] = [reader]


def accounts_of(scope: Scope, selection: RunSelection, today: dt.date) -> QuerySet[Account]:
    """Return the accounts of a selection within a scope, in no order; raise Refusal for a bad filter."""
    if selection.query is not None:
        if not _readers:
            raise Refusal(_("Le filtre de la liste ne peut pas être lu ici."))
        return _readers[0](scope, selection.query, today)
    rows = scope.narrow(Account.objects.order_by())
    if selection.account_ids:
        return rows.filter(id__in=selection.account_ids)
    if selection.entity_codes:
        rows = rows.filter(entity__code__in=selection.entity_codes)
    if selection.customer_codes:
        rows = rows.filter(customer__code__in=selection.customer_codes)
    return rows


def currencies_of(scope: Scope) -> list[str]:
    """Return the currencies in which something is owed within a scope, the euro first."""
    rows = scope.narrow(AccountBalance.objects.filter(open_minor__gt=0), "account__entity_id")
    found = rows.order_by().values_list("currency", flat=True).distinct()
    return sorted(found, key=lambda code: (code != "EUR", code)) or ["EUR"]


def ordered_ids(scope: Scope, selection: RunSelection, today: dt.date) -> list[int]:
    """Return the ids of a selection in the order of the list."""
    rows = accounts_of(scope, selection, today).order_by("entity_code", "search_name", "id")
    return list(rows.values_list("id", flat=True))
