"""Load a synthetic data set into an empty database, then keep its figures."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from django.db import connection, transaction
from django.utils.translation import gettext as _

from encours.bulk import insert_rows, reset_sequences
from encours.core.errors import Refusal
from encours.desk.synthetic.ledger import AccountLedger, LedgerWriter
from encours.desk.synthetic.people import (
    ENTITIES,
    SyntheticAccount,
    SyntheticCustomer,
    make_accounts,
    make_customer,
)
from encours.desk.synthetic.reminders import DraftReminder, ReminderWriter
from encours.desk.synthetic.writing import write_ledgers, write_reminders
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.receivables.figures import refresh_accounts
from encours.receivables.months import rebuild_months

ACCOUNTS_AT_ONCE = 5_000
"""How many accounts are written, and refreshed, between two progress messages."""

Progress = Callable[[str], None]


def load_synthetic(
    *, customer_count: int, invoice_count: int, seed: int, until: dt.date, progress: Progress
) -> None:
    """Fill an empty database; raise Refusal when there is anything in it."""
    if BillingEntity.objects.exists() or Customer.objects.exists():
        raise Refusal(_("La base n'est pas vide\u00a0: le jeu synthétique demande une base neuve."))
    with transaction.atomic():
        accounts = _load_parties(random.Random(seed), customer_count)  # noqa: S311 (no secret)
        progress(f"{customer_count} clients, {len(accounts)} comptes")
        reminders = _load_documents(accounts, invoice_count, seed, until, progress)
        write_reminders(reminders)
        reset_sequences(BillingEntity, Customer, DunningContact, Account)
    progress(f"{len(reminders)} relances")
    _analyse()  # what follows is planned for as many rows as there are now
    ids = [account.id for account in accounts]
    for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
        with transaction.atomic():
            refresh_accounts(ids[start : start + ACCOUNTS_AT_ONCE], today=until)
    rebuild_months()
    _analyse(with_vacuum=True)


def _analyse(*, with_vacuum: bool = False) -> None:
    """Let the planner see what is there; a vacuum needs to be in no transaction."""
    can_vacuum = with_vacuum and connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if can_vacuum else "ANALYZE")


def _load_parties(rng: random.Random, customer_count: int) -> list[SyntheticAccount]:
    insert_rows(
        BillingEntity,
        (
            *("id", "code", "name", "legal_form", "address1", "postcode", "city", "share_capital", "siren"),
            *("rcs_town", "sender_name", "sender_email", "letter_town", "signature"),
        ),
        [
            (
                *(position, entity.code, entity.name, "SAS", "1 rue de la Paix", "75002", entity.town),
                *("100000 EUR", f"{position:09d}", entity.town, f"Comptabilité {entity.name}"),
                *(f"compta@{entity.code.lower()}.example", entity.town, "Direction financière"),
            )
            for position, entity in enumerate(ENTITIES, start=1)
        ],
    )
    ids = count(1)
    customers = [make_customer(rng, number) for number in range(1, customer_count + 1)]
    accounts = [account for customer in customers for account in make_accounts(rng, customer, ids)]
    _insert_customers(customers)
    insert_rows(
        Account,
        (
            *("id", "entity_id", "customer_id", "entity_code", "search_name"),
            *("is_reachable_by_email", "is_reachable_by_post"),
        ),
        (
            (
                *(account.id, account.entity_index + 1, account.customer.id),
                *(ENTITIES[account.entity_index].code, account.customer.search_name),
                *(bool(account.customer.email), bool(account.customer.postcode)),
            )
            for account in accounts
        ),
    )
    return accounts


def _insert_customers(customers: Sequence[SyntheticCustomer]) -> None:
    insert_rows(
        Customer,
        ("id", "code", "name", "search_name", "language", "kind"),
        ((c.id, c.code, c.name, c.search_name, c.language, c.kind) for c in customers),
    )
    insert_rows(
        DunningContact,
        ("id", "customer_id", "contact_name", "emails", "address1", "postcode", "city"),
        (
            (c.id, c.id, f"Service comptable {c.name}", c.email, c.street, c.postcode, c.town)
            for c in customers
        ),
    )


def _load_documents(
    accounts: Sequence[SyntheticAccount], invoice_count: int, seed: int, until: dt.date, progress: Progress
) -> list[DraftReminder]:
    ledger_writer, reminder_writer = LedgerWriter(until), ReminderWriter(until)
    reminders: list[DraftReminder] = []
    batch: list[AccountLedger] = []
    for account, number in _shared_out(accounts, invoice_count):
        rng = random.Random(f"{seed}:{account.id}")  # noqa: S311 (no secret)
        ledger = ledger_writer.write(rng, account, number)
        reminders += reminder_writer.write(rng, ledger)
        batch.append(ledger)
        if len(batch) == ACCOUNTS_AT_ONCE:
            _write(batch)
            progress(f"{account.id} comptes écrits")
            batch = []
    _write(batch)
    return reminders


def _write(batch: Sequence[AccountLedger]) -> None:
    write_ledgers(batch)
    if connection.vendor == "postgresql":
        connection.check_constraints()  # it would keep a note of every row until the commit


def _shared_out(accounts: Sequence[SyntheticAccount], total: int) -> Iterator[tuple[SyntheticAccount, int]]:
    """Yield how many invoices each account receives: by weight, and exactly ``total`` in all."""
    whole = sum(account.weight for account in accounts)
    so_far, given = 0.0, 0
    for position, account in enumerate(accounts, start=1):
        so_far += account.weight
        target = total if position == len(accounts) else round(total * so_far / whole)
        yield account, target - given
        given = target
