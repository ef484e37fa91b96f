"""Set a payment or a credit note against an invoice, and undo it by a dated counter-entry."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record_all
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.open_items import remaining_in_the_end
from encours.receivables.errors import AlreadyDone
from encours.receivables.figures import lock_accounts, refresh_accounts
from encours.receivables.models import Allocation, Invoice, Payment
from encours.receivables.months import Dated, add_to_months
from encours.receivables.open_items import open_item_of
from encours.receivables.using_up import Part, allocate_all, journal_line, source_of


@transaction.atomic
def allocate(
    *,
    source: Payment | Invoice,
    invoice: Invoice,
    amount_minor: int,
    date: dt.date | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Allocation:
    """Set part of a payment or credit note against an invoice of the same account and currency.

    The date is by default the latest of the two documents and of any counter-entry on either. Raise Refusal
    for a future date, or an amount over what is left on either side on that day or on any later one.
    """
    lock_accounts([invoice.account_id])
    source = type(source).objects.get(id=source.id)
    invoice = Invoice.objects.select_related("entity").get(id=invoice.id)
    return allocate_all(source, [Part(invoice, amount_minor, date)], actor=actor, now=now)[0]


@transaction.atomic
def undo_allocation(*, allocation: Allocation, actor: Actor, now: dt.datetime) -> Allocation:
    """Add the counter-entry of an allocation, dated today: past balances stay as they were."""
    lock_accounts([allocation.invoice.account_id])
    counter_entry = add_counter_entry(allocation, actor=actor, now=now)
    refresh_accounts([allocation.invoice.account_id], today=paris_date(now))
    return counter_entry


def add_counter_entry(allocation: Allocation, *, actor: Actor, now: dt.datetime) -> Allocation:
    """Add the counter-entry inside the caller's transaction, whose account is locked."""
    rows = Allocation.objects.select_related("invoice__entity", "payment", "credit_note")
    allocation = rows.get(id=allocation.id)
    if allocation.undoes_id is not None:
        raise AlreadyDone(
            _("Cette ligne est déjà l'annulation d'un lettrage\u00a0: lettrez à nouveau si besoin.")
        )
    if Allocation.objects.filter(undoes=allocation).exists():
        raise AlreadyDone(_("Ce lettrage est déjà annulé\u00a0: rechargez la page pour voir l'historique."))
    counter_entry = Allocation.objects.create(
        invoice=allocation.invoice,
        payment=allocation.payment,
        credit_note=allocation.credit_note,
        amount_minor=-allocation.amount_minor,
        date=max(paris_date(now), allocation.date),
        undoes=allocation,
        author_name=actor.name,
        created_at=now,
    )
    keep_remaining(source_of(allocation), allocation.invoice)
    add_to_months(Dated(allocations=[counter_entry.id]))
    record_all([journal_line("allocation.undo", counter_entry, actor, now)])
    return counter_entry


def keep_remaining(*documents: Payment | Invoice) -> None:
    """Write again what is left of each document, from all its entries."""
    for document in documents:
        document.remaining_minor = remaining_in_the_end(open_item_of(document)).minor
        document.save(update_fields=["remaining_minor"])
