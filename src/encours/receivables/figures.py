"""Know how the figures kept on accounts follow from their invoices, credit notes and payments.

Everything here is set-based: as many statements for one account as for a hundred thousand. The SQL is the
same on both databases but for the way a list of ids is passed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection
from typing import Any

from django.db import connection, transaction

from encours.parties.models import Account

RECENT_MONTHS = 62
"""How many months, the last one included, Account.recent_issue_months has a bit for."""

BROUGHT_UP_TO_DATE_AT_ONCE = 10_000
"""How many accounts one call of bring_up_to_date refreshes at most; the next call goes on."""

Follower = Callable[[Collection[int]], None]
"""Writes further figures of the accounts given, inside the transaction that refreshes ours."""

_followers: list[Follower] = []

_ACCOUNTS = """
UPDATE parties_account SET
    invoice_count = figures.invoice_count,
    first_issue_month = figures.first_issue_month,
    last_issue_month = figures.last_issue_month,
    recent_issue_months = figures.recent_issue_months,
    open_invoice_count = figures.open_invoice_count,
    oldest_open_issue_month = figures.oldest_open_issue_month,
    oldest_open_due_date = figures.oldest_open_due_date,
    oldest_unreminded_due_date = figures.oldest_unreminded_due_date,
    reminded_open_count = figures.reminded_open_count,
    oldest_unused_credit_month = figures.oldest_unused_credit_month,
    oldest_unallocated_payment_month = figures.oldest_unallocated_payment_month,
    next_issue_date = figures.next_issue_date
FROM (
    SELECT account.id AS account_id,
        COALESCE(i.invoice_count, 0) AS invoice_count,
        i.first_issue_month,
        i.last_issue_month,
        COALESCE(m.recent_issue_months, 0) AS recent_issue_months,
        COALESCE(i.open_invoice_count, 0) AS open_invoice_count,
        i.oldest_open_issue_month,
        i.oldest_open_due_date,
        i.oldest_unreminded_due_date,
        COALESCE(i.reminded_open_count, 0) AS reminded_open_count,
        i.oldest_unused_credit_month,
        p.oldest_unallocated_payment_month,
        CASE WHEN i.next_date IS NULL THEN p.next_date
             WHEN p.next_date IS NULL OR i.next_date <= p.next_date THEN i.next_date
             ELSE p.next_date END AS next_issue_date
    FROM parties_account AS account
    LEFT JOIN (
        SELECT account_id,
            COUNT(*) FILTER (WHERE issue_date <= %(today)s AND kind = 'invoice') AS invoice_count,
            MIN(issue_month) FILTER (WHERE issue_date <= %(today)s) AS first_issue_month,
            MAX(issue_month) FILTER (WHERE issue_date <= %(today)s) AS last_issue_month,
            COUNT(*) FILTER (WHERE {open}) AS open_invoice_count,
            MIN(issue_month) FILTER (WHERE {open}) AS oldest_open_issue_month,
            MIN(due_date) FILTER (WHERE {open}) AS oldest_open_due_date,
            MIN(due_date) FILTER (WHERE {open} AND reminder_count = 0) AS oldest_unreminded_due_date,
            COUNT(*) FILTER (WHERE {open} AND reminder_count > 0) AS reminded_open_count,
            MIN(issue_month) FILTER (
                WHERE issue_date <= %(today)s AND kind = 'credit_note' AND remaining_minor > 0
            ) AS oldest_unused_credit_month,
            MIN(issue_date) FILTER (WHERE issue_date > %(today)s) AS next_date
        FROM receivables_invoice WHERE account_id IN {ids} GROUP BY account_id
    ) AS i ON i.account_id = account.id
    LEFT JOIN (
        SELECT account_id, CAST(SUM(bit) AS bigint) AS recent_issue_months FROM (
            SELECT DISTINCT account_id, CAST(1 AS bigint) << (last_month - issue_month) AS bit FROM (
                SELECT account_id, issue_month,
                    MAX(issue_month) OVER (PARTITION BY account_id) AS last_month
                FROM receivables_invoice WHERE account_id IN {ids} AND issue_date <= %(today)s
            ) AS issued WHERE last_month - issue_month < {recent_months}
        ) AS bits GROUP BY account_id
    ) AS m ON m.account_id = account.id
    LEFT JOIN (
        SELECT account_id,
            MIN({payment_month}) FILTER (
                WHERE date <= %(today)s AND cancelled_on IS NULL AND remaining_minor > 0
            ) AS oldest_unallocated_payment_month,
            MIN(date) FILTER (WHERE date > %(today)s AND cancelled_on IS NULL) AS next_date
        FROM receivables_payment WHERE account_id IN {ids} GROUP BY account_id
    ) AS p ON p.account_id = account.id
    WHERE account.id IN {ids}
) AS figures
WHERE parties_account.id = figures.account_id
"""

_BALANCE_ROWS = """
    SELECT account_id, currency,
        CASE WHEN kind = 'invoice' THEN remaining_minor ELSE 0 END AS open_minor,
        CASE WHEN kind = 'credit_note' THEN remaining_minor ELSE 0 END AS credit_note_minor,
        0 AS payment_minor
    FROM receivables_invoice
    WHERE account_id IN {ids} AND remaining_minor > 0 AND issue_date <= %(today)s
    UNION ALL
    SELECT account_id, currency, 0, 0, remaining_minor
    FROM receivables_payment
    WHERE account_id IN {ids} AND remaining_minor > 0 AND date <= %(today)s AND cancelled_on IS NULL
"""

_BALANCES = (
    """
    DELETE FROM receivables_accountbalance WHERE account_id IN {ids} AND NOT EXISTS (
        SELECT 1 FROM receivables_invoice AS i
        WHERE i.account_id = receivables_accountbalance.account_id AND i.remaining_minor > 0
            AND i.currency = receivables_accountbalance.currency AND i.issue_date <= %(today)s
    ) AND NOT EXISTS (
        SELECT 1 FROM receivables_payment AS p
        WHERE p.account_id = receivables_accountbalance.account_id AND p.remaining_minor > 0
            AND p.currency = receivables_accountbalance.currency AND p.date <= %(today)s
            AND p.cancelled_on IS NULL
    )
    """,
    """
    INSERT INTO receivables_accountbalance
        (account_id, currency, open_minor, credit_note_minor, payment_minor)
    SELECT account_id, currency,
        CAST(SUM(open_minor) AS bigint), CAST(SUM(credit_note_minor) AS bigint),
        CAST(SUM(payment_minor) AS bigint)
    FROM (%s) AS amounts WHERE true GROUP BY account_id, currency
    ON CONFLICT (account_id, currency) DO UPDATE SET
        open_minor = excluded.open_minor,
        credit_note_minor = excluded.credit_note_minor,
        payment_minor = excluded.payment_minor
    WHERE receivables_accountbalance.open_minor <> excluded.open_minor
        OR receivables_accountbalance.credit_note_minor <> excluded.credit_note_minor
        OR receivables_accountbalance.payment_minor <> excluded.payment_minor
    """.replace("%s", _BALANCE_ROWS),
)

_OPEN = "issue_date <= %(today)s AND kind = 'invoice' AND remaining_minor > 0"


def lock_accounts(account_ids: Collection[int]) -> None:
    """Lock account rows, lowest id first, until the transaction ends.

    SQLite needs nothing: its transactions are immediate, so the database is already ours.
    """
    if connection.features.has_select_for_update:
        rows = Account.objects.filter(id__in=account_ids).order_by("id").select_for_update(of=("self",))
        list(rows.values_list("id"))


def refresh_accounts(account_ids: Collection[int], *, today: dt.date) -> None:
    """Write the kept figures of accounts from their documents, inside the caller's transaction.

    The caller has locked the accounts. A document dated after ``today`` does not count yet; the account
    remembers the day on which the first of them will (see bring_up_to_date).
    """
    if not account_ids:
        return
    values: dict[str, Any] = {
        "today": connection.ops.adapt_datefield_value(today),
        "ids": as_parameter(account_ids),
    }
    with connection.cursor() as cursor:
        for statement in (_ACCOUNTS, *_BALANCES):
            cursor.execute(_in_dialect(statement), values)
    for follower in _followers:
        follower(account_ids)


def follow(follower: Follower) -> None:
    """Have further figures refreshed with ours: those that an app above keeps of our documents."""
    if follower not in _followers:
        _followers.append(follower)


def bring_up_to_date(*, today: dt.date) -> int:
    """Count the documents whose day has come; return how many accounts were refreshed.

    Without such a document this is one look into a small index.
    """
    waiting = Account.objects.filter(next_issue_date__lte=today).order_by("id").values_list("id", flat=True)
    if not waiting.exists():
        return 0
    with transaction.atomic():
        account_ids = list(waiting[:BROUGHT_UP_TO_DATE_AT_ONCE])
        lock_accounts(account_ids)
        refresh_accounts(account_ids, today=today)
    return len(account_ids)


def _in_dialect(statement: str) -> str:
    if connection.vendor == "postgresql":
        year, month = "EXTRACT(YEAR FROM date)", "EXTRACT(MONTH FROM date)"
    else:
        year, month = "substr(date, 1, 4)", "substr(date, 6, 2)"
    payment_month = f"CAST({year} AS integer) * 12 + CAST({month} AS integer) - 1"
    return statement.format(
        ids=ids_given(), open=_OPEN, recent_months=RECENT_MONTHS, payment_month=payment_month
    )


def ids_given() -> str:
    """Return, in SQL, the ids passed as the parameter «ids» (see as_parameter)."""
    if connection.vendor == "postgresql":
        return "(SELECT unnest(%(ids)s::bigint[]))"
    return "(SELECT value FROM json_each(%(ids)s))"


def as_parameter(account_ids: Collection[int]) -> Any:
    """Return ids as the databases take them: a list, or JSON."""
    ids = sorted(account_ids)
    return ids if connection.vendor == "postgresql" else json.dumps(ids)
