"""Make a database in which very many accounts owe three overdue invoices each.

Usage: python -m bench.overdue ACCOUNTS  (into ENCOURS_DATA_DIR or DATABASE_URL, which must be new)
"""

from __future__ import annotations

import datetime as dt
import sys

from bench.setup import start

INVOICES = 3
CHUNK = 10_000


def make(accounts: int) -> None:
    """Seed the accounts, then give each of them three invoices that are overdue today."""
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from encours import bulk
    from encours.core.days import paris_date
    from encours.parties.models import Account
    from encours.receivables.figures import refresh_accounts
    from encours.receivables.models import Invoice
    from encours.receivables.months import rebuild_months

    call_command("migrate", verbosity=0)
    call_command("seed", customers=max(1, accounts * 82 // 100), invoices=accounts)
    today = paris_date(timezone.now())
    rows = list(Account.objects.order_by("id").values_list("id", "entity_id")[:accounts])
    names = (
        *("account_id", "entity_id", "number", "issue_date", "issue_month", "due_date", "net_minor"),
        *("vat_minor", "gross_minor", "remaining_minor", "currency"),
    )
    for at in range(0, len(rows), CHUNK):
        chunk = rows[at : at + CHUNK]
        with transaction.atomic():
            bulk.insert_rows(
                Invoice, names, (_invoice(*row, n, today) for row in chunk for n in range(INVOICES))
            )
            refresh_accounts([account_id for account_id, _entity in chunk], today=today)
    bulk.reset_sequences(Invoice)
    rebuild_months()


def _invoice(account_id: int, entity_id: int, n: int, today: dt.date) -> tuple[object, ...]:
    issued = today - dt.timedelta(days=60 + 20 * n)
    net, vat = 100_000 + account_id % 9_973 * 100, 20_000 + account_id % 9_973 * 20
    month = issued.year * 12 + issued.month - 1
    due = issued + dt.timedelta(days=30)
    number = f"BENCH-{account_id}-{n}"
    return (account_id, entity_id, number, issued, month, due, net, vat, net + vat, net + vat, "EUR")


if __name__ == "__main__":
    start()
    make(int(sys.argv[1]))
