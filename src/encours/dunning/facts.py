"""Read what the decision about very many accounts needs today, from kept figures and in few queries.

The same facts as those of a situation (dunning.situation), which is read again under the lock; a test holds
the two together. No row becomes an object of Django: that alone would cost more than everything else.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Max

from encours.access.scopes import Scope
from encours.core.days import PARIS, paris_date
from encours.core.money import Money
from encours.core.selection import EMAIL, AccountFacts, OpenItem, Policy
from encours.db import among
from encours.dunning.models import ReminderLine
from encours.parties.models import Account, BillingEntity
from encours.parties.queries import missing_legal_fields
from encours.receivables.models import HoldKind, Invoice, InvoiceKind, Payment
from encours.receivables.queries import holds_in_force


@dataclass(frozen=True, slots=True)
class AccountName:
    """An account as reports name it."""

    id: int
    entity_code: str
    customer_code: str


@dataclass(frozen=True, slots=True)
class Known:
    """An account with the facts that a decision about it depends on."""

    account: AccountName
    facts: AccountFacts


def read_facts(scope: Scope, policy: Policy, account_ids: Collection[int], today: dt.date) -> list[Known]:
    """Return the accounts of the scope that have these ids, in the order of the list, with their facts."""
    rows = scope.narrow(Account.objects.filter(id__in=among(account_ids))).order_by(
        "entity_code", "search_name", "id"
    )
    names = (
        *("id", "entity_id", "entity__code", "customer__code", "customer__is_active"),
        *("is_reachable_by_email", "is_reachable_by_post"),
    )
    entities = _entities(policy.modes)
    items, credits = _documents(scope, policy, account_ids, today)
    found = []
    for account_id, entity_id, entity_code, customer_code, is_active, by_email, by_post in rows.values_list(
        *names
    ):
        entity = entities[entity_id]
        facts = AccountFacts(
            account_id=account_id,
            items=tuple(items.get(account_id, ())),
            unused_credits=tuple(credits.get(account_id, ())),
            has_email=by_email and entity.has_sender,
            has_postal_address=by_post,
            is_active=is_active and entity.is_active,
            is_entity_complete=entity.is_complete,
        )
        found.append(Known(AccountName(account_id, entity_code, customer_code), facts))
    return found


@dataclass(frozen=True, slots=True)
class _Entity:
    is_active: bool
    is_complete: bool
    has_sender: bool


def _entities(modes: Collection[str]) -> dict[int, _Entity]:
    """Return what each billing entity allows; they are few."""
    found = {}
    for row in BillingEntity.objects.all():
        has_sender = bool(row.sender_email)
        is_complete = not missing_legal_fields(row) and (has_sender or any(mode != EMAIL for mode in modes))
        found[row.pk] = _Entity(row.is_active, is_complete, has_sender)
    return found


def _documents(
    scope: Scope, policy: Policy, account_ids: Collection[int], today: dt.date
) -> tuple[dict[int, list[OpenItem]], dict[int, list[Money]]]:
    """Return open invoices and unused credits by account. What is kept as remaining holds for today."""
    reminded = _reminded_on(policy, account_ids, today)
    holds = holds_in_force(account_ids, today)
    items: dict[int, list[OpenItem]] = defaultdict(list)
    credits: dict[int, list[Money]] = defaultdict(list)
    documents = scope.narrow(
        Invoice.objects.filter(
            account_id__in=among(account_ids), remaining_minor__gt=0, issue_date__lte=today
        )
    )
    columns = ("id", "account_id", "kind", "due_date", "remaining_minor", "currency")
    for invoice_id, account_id, kind, due_date, minor, currency in documents.order_by().values_list(*columns):
        if kind == InvoiceKind.CREDIT_NOTE:
            credits[account_id].append(Money(minor, currency))
            continue
        hold = (holds.get((account_id, invoice_id)) or holds.get((account_id, None))) if holds else None
        items[account_id].append(
            OpenItem(
                invoice_id=invoice_id,
                due_date=due_date,
                remaining=Money(minor, currency),
                last_reminded_on=reminded.get(invoice_id),
                is_disputed=hold is not None and hold.kind == HoldKind.DISPUTE,
                held_until=hold.until if hold is not None and hold.kind == HoldKind.POSTPONED else None,
            )
        )
    payments = Payment.objects.filter(
        account_id__in=among(account_ids), remaining_minor__gt=0, date__lte=today, cancelled_on=None
    )
    for account_id, minor, currency in payments.order_by().values_list(
        "account_id", "remaining_minor", "currency"
    ):
        credits[account_id].append(Money(minor, currency))
    return items, credits


def _reminded_on(policy: Policy, account_ids: Collection[int], today: dt.date) -> Mapping[int, dt.date]:
    """Return the date of the last reminder that counts, by invoice; of those recent enough to matter."""
    if policy.not_reminded_days <= 0:
        return {}
    first = dt.datetime.combine(today - dt.timedelta(days=policy.not_reminded_days), dt.time(), tzinfo=PARIS)
    rows = ReminderLine.objects.filter(
        reminder__account_id__in=among(account_ids), reminder__created_at__gte=first, reminder__counts=True
    )
    last = rows.order_by().values_list("invoice_id").annotate(last=Max("reminder__created_at"))
    return {invoice_id: paris_date(moment) for invoice_id, moment in last}
