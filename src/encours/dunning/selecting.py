"""Find the accounts that a mass reminder speaks of, and decide about each, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from encours.access.scopes import Scope
from encours.core.selection import Decision, Policy, decide
from encours.dunning.facts import AccountName, read_facts
from encours.parties.models import Account

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Decided:
    """An account and what was decided about it."""

    account: AccountName
    decision: Decision


def decide_accounts(
    scope: Scope,
    policy: Policy,
    *,
    entity_codes: Collection[str] = (),
    customer_codes: Collection[str] = (),
    today: dt.date,
) -> Iterator[Decided]:
    """Yield every account of the scope and codes (none: all) with its decision, in the order of the list."""
    rows = scope.narrow(Account.objects.order_by("entity_code", "search_name", "id"))
    if entity_codes:
        rows = rows.filter(entity__code__in=entity_codes)
    if customer_codes:
        rows = rows.filter(customer__code__in=customer_codes)
    account_ids = list(rows.values_list("id", flat=True))
    for at in range(0, len(account_ids), PAGE):
        yield from decide_these(scope, policy, account_ids[at : at + PAGE], today=today)


def decide_these(
    scope: Scope, policy: Policy, account_ids: Collection[int], *, today: dt.date
) -> Iterator[Decided]:
    """Yield the accounts of the scope that have these ids with their decision, in the order of the list."""
    for known in read_facts(scope, policy, account_ids, today):
        yield Decided(known.account, decide(known.facts, policy, today))
