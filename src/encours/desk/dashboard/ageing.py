"""Read what is owed on a day: by age, and by whom most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, Sum

from encours.core.ageing import Bucket, bucket_of
from encours.core.money import Money
from encours.desk.dashboard.question import Question
from encours.desk.selection import open_invoices
from encours.parties.models import Account
from encours.receivables.models import AccountBalance

LARGEST = 10


@dataclass(frozen=True, slots=True)
class Slice:
    """What is owed of one age: how many invoices, and how much."""

    bucket: Bucket
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Debtor:
    """An account that owes much: all of it, what is overdue, and since when."""

    account: Account
    owed: Money
    overdue: Money
    oldest_due_date: dt.date | None


def aged_balance(asked: Question, today: dt.date) -> list[Slice]:
    """Return the unpaid invoices by age, the youngest first, every slice present; one query."""
    counts, minors = dict.fromkeys(Bucket, 0), dict.fromkeys(Bucket, 0)
    rows = asked.narrow(open_invoices(today, None, currency=asked.currency))
    for due_date, count, minor in rows.values_list("due_date").annotate(
        number=Count("*"), minor=Sum("remaining_minor")
    ):
        bucket = bucket_of(due_date, today)
        counts[bucket] += count
        minors[bucket] += minor
    return [Slice(bucket, counts[bucket], Money(minors[bucket], asked.currency)) for bucket in Bucket]


def largest_debtors(asked: Question, today: dt.date) -> list[Debtor]:
    """Return the accounts that owe most, the largest first, in two queries."""
    balances = asked.narrow(
        AccountBalance.objects.filter(currency=asked.currency, open_minor__gt=0), "account__entity"
    )
    rows = balances.select_related("account__customer", "account__entity").order_by(
        "-open_minor", "account_id"
    )
    found = list(rows[:LARGEST])
    late = {
        account_id: (minor, oldest)
        for account_id, minor, oldest in open_invoices(
            today, None, currency=asked.currency, account_id__in=[row.account_id for row in found]
        )
        .filter(Q(due_date__lt=today))
        .values_list("account_id")
        .annotate(minor=Sum("remaining_minor"), oldest=Min("due_date"))
    }
    return [
        Debtor(
            account=row.account,
            owed=Money(row.open_minor, asked.currency),
            overdue=Money(late.get(row.account_id, (0, None))[0], asked.currency),
            oldest_due_date=late.get(row.account_id, (0, None))[1],
        )
        for row in found
    ]
