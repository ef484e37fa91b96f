"""Read the account list: one page of account blocks, in as many queries whatever its size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Subquery, Value

from encours.access.models import User
from encours.access.scopes import Scope, scope_of
from encours.desk.filters import AccountFilter
from encours.desk.lines import HistoryLine, InvoiceLine, accounts_with_history, history_lines, invoice_lines
from encours.desk.models import SavedFilter
from encours.desk.selection import LIST_ORDER, counted_accounts, matching_accounts
from encours.desk.summaries import Summary, summarise
from encours.desk.summaries import total as total_of
from encours.parties.models import Account, BillingEntity
from encours.parties.queries import (
    accounts_in,
    contacts_for,
    entities_in,
    missing_in_contact,
    refusals_in_contact,
)
from encours.receivables.models import MonthFlow

HISTORIES_WITH_UP_TO = 100
"""Up to how many accounts a page has their reminders; those of a longer one are loaded when unfolded."""


@dataclass(frozen=True, slots=True)
class AccountBlock:
    """One account of the list with the lines under it."""

    account: Account
    summary: Summary
    invoices: list[InvoiceLine]
    history: list[HistoryLine]
    has_history: bool
    missing_in_contact: tuple[str, ...]
    refusals: tuple[str, ...]
    opens_entity: bool  # the first of its entity on this page

    @property
    def hidden_invoice_count(self) -> int:
        """Return how many unpaid invoices the list does not show."""
        return self.summary.open - len(self.invoices)


@dataclass(frozen=True, slots=True)
class ContactState:
    """How one account can be reached: what its contact lacks, and who refused it; nothing when green."""

    account: Account
    missing_in_contact: tuple[str, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of the list: blocks in order, and where it stands among all of them."""

    blocks: list[AccountBlock]
    total: int
    number: int
    page_count: int
    first: int
    last: int
    currency_count: int
    """In how many currencies its totals are at most; of several pages, in all those of the entities."""


def list_accounts(scope: Scope, criteria: AccountFilter, today: dt.date) -> AccountPage:
    """Return the page of the list that a filter asks for; the last one where it asks for a later one."""
    counted = counted_accounts(scope, criteria, today).aggregate(
        total=Count("id"), currencies=Max(_currencies(scope, criteria))
    )
    total = counted["total"]
    page_count = max(1, -(-total // criteria.per_page))
    number = min(criteria.page, page_count)
    start = (number - 1) * criteria.per_page
    accounts = _accounts_between(scope, criteria, today, start, min(total, start + criteria.per_page), total)
    blocks = _blocks(accounts, criteria, today)
    all_listed = total_of(block.summary for block in blocks) if page_count == 1 else None
    return AccountPage(
        blocks=blocks,
        total=total,
        number=number,
        page_count=page_count,
        first=start + 1 if accounts else 0,
        last=start + len(accounts),
        currency_count=all_listed.currency_count if all_listed else counted["currencies"] or 0,
    )


def _currencies(scope: Scope, criteria: AccountFilter) -> Subquery:
    """Return how many currencies the entities of a filter have, from the few rows kept of each month."""
    flows = scope.narrow(MonthFlow.objects.order_by())
    if criteria.entity_codes:
        flows = flows.filter(entity__code__in=criteria.entity_codes)
    one_row = flows.annotate(all_rows=Value(1)).values("all_rows")
    return Subquery(one_row.annotate(number=Count("currency", distinct=True)).values("number"))


def _accounts_between(
    scope: Scope, criteria: AccountFilter, today: dt.date, start: int, end: int, total: int
) -> list[Account]:
    """Read some accounts from the nearer end of the list: the middle is as deep as it gets."""
    rows = matching_accounts(scope, criteria, today)
    if start > total - end:
        from_the_end = rows.order_by(*(f"-{name}" for name in LIST_ORDER))
        wanted = from_the_end[total - end : total - start]
    else:
        wanted = rows.order_by(*LIST_ORDER)[start:end]
    chosen = Account.objects.filter(id__in=wanted.values("id")).select_related("entity", "customer")
    return list(chosen.order_by(*LIST_ORDER))


def _blocks(accounts: list[Account], criteria: AccountFilter, today: dt.date) -> list[AccountBlock]:
    ids = [account.id for account in accounts]
    summaries = summarise(ids, criteria, today)
    invoices = invoice_lines(ids, criteria, today)
    is_long = len(ids) > HISTORIES_WITH_UP_TO
    history = {} if is_long else history_lines(ids, criteria, today)
    with_history = accounts_with_history(ids, criteria, today) if is_long else history.keys()
    contacts = contacts_for(accounts)
    return [
        AccountBlock(
            account=account,
            summary=summaries.get(account.id, Summary()),
            invoices=invoices.get(account.id, []),
            history=history.get(account.id, []),
            has_history=account.id in with_history,
            missing_in_contact=missing_in_contact(contacts.get(account.id)),
            refusals=refusals_in_contact(contacts.get(account.id)),
            opens_entity=before is None or before.entity_id != account.entity_id,
        )
        for before, account in zip([None, *accounts], accounts, strict=False)
    ]


def list_summaries(
    scope: Scope, criteria: AccountFilter, today: dt.date
) -> Iterator[tuple[Account, Summary]]:
    """Yield every account that a filter lists, with its summary, in the order of the list."""
    ids = list(matching_accounts(scope, criteria, today).order_by(*LIST_ORDER).values_list("id", flat=True))
    for start in range(0, len(ids), criteria.per_page):
        chunk = ids[start : start + criteria.per_page]
        summaries = summarise(chunk, criteria, today)
        rows = Account.objects.filter(id__in=chunk).select_related("entity", "customer")
        for account in rows.order_by(*LIST_ORDER):
            yield account, summaries.get(account.id, Summary())


def saved_filters_of(user: User) -> list[SavedFilter]:
    """Return the filters that a user saved, by name."""
    return list(SavedFilter.objects.filter(user=user).order_by("name"))


def visible_entities(user: User) -> tuple[Scope, list[BillingEntity]]:
    """Return what a user may see and its entities, in one query: the list may make fifteen."""
    if not user.is_active or user.sees_all_entities:
        scope = scope_of(user)
        return scope, list(entities_in(scope))
    rows = BillingEntity.objects.filter(users=user)
    entities = list(rows.order_by("code"))
    return Scope(frozenset(row.pk for row in entities)), entities


def contact_states(scope: Scope, customer_id: int) -> list[ContactState]:
    """Return how each account of a customer in a scope can be reached, after a change of contact."""
    accounts = list(accounts_in(scope).filter(customer_id=customer_id))
    contacts = contacts_for(accounts)
    found = ((account, contacts.get(account.id)) for account in accounts)
    return [ContactState(row, missing_in_contact(one), refusals_in_contact(one)) for row, one in found]
