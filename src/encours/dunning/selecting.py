"""Find the accounts that a mass reminder speaks of, and decide about each, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Q

from encours.access.scopes import Scope
from encours.core.selection import Decision, Left, Policy, Reason, decide
from encours.dunning.situation import Situation, read_situations
from encours.parties.models import Account
from encours.parties.queries import accounts_in

PAGE = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """An account and what was decided about it; the situation is None where nothing is overdue."""

    account: Account
    decision: Decision
    situation: Situation | None = None


def decide_accounts(
    scope: Scope,
    policy: Policy,
    *,
    entity_codes: Collection[str] = (),
    customer_codes: Collection[str] = (),
    today: dt.date,
) -> Iterator[Decided]:
    """Yield every account of the scope and codes (none: all) with its decision, in the order of the list."""
    rows = accounts_in(scope)
    if entity_codes:
        rows = rows.filter(entity__code__in=entity_codes)
    if customer_codes:
        rows = rows.filter(customer__code__in=customer_codes)
    last: Account | None = None
    while page := list((rows.filter(_after(last)) if last else rows)[:PAGE]):
        yield from _decide_page(scope, policy, page, today)
        last = page[-1]


def _decide_page(scope: Scope, policy: Policy, page: list[Account], today: dt.date) -> Iterator[Decided]:
    """Decide about a page of accounts; the kept figures spare reading those that owe nothing overdue."""
    may_owe = [
        account.id
        for account in page
        if (account.oldest_open_due_date is not None and account.oldest_open_due_date < today)
        or (account.next_issue_date is not None and account.next_issue_date <= today)
    ]
    situations = read_situations(scope, may_owe, today) if may_owe else {}
    for account in page:
        situation = situations.get(account.id)
        if situation is None:
            yield Decided(account, Left(account.id, Reason.NOTHING_OVERDUE))
        else:
            yield Decided(account, decide(situation.facts(policy.modes), policy, today), situation)


def _after(account: Account) -> Q:
    """Return the condition of what follows an account in the order of the list."""
    same_entity = Q(entity_code=account.entity_code)
    same_name = same_entity & Q(search_name=account.search_name)
    return (
        Q(entity_code__gt=account.entity_code)
        | (same_entity & Q(search_name__gt=account.search_name))
        | (same_name & Q(id__gt=account.id))
    )
