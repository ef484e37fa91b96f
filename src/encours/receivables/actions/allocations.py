"""Set a payment or a credit note against an invoice, and undo it by a dated counter-entry."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.allocation import default_date, room_for, room_from
from encours.core.days import paris_date
from encours.core.money import Money
from encours.core.open_items import OpenItem, remaining_in_the_end
from encours.receivables.details import check_amount
from encours.receivables.errors import AlreadyDone, AmountRefused, DateRefused, SidesDiffer
from encours.receivables.figures import lock_accounts, refresh_accounts
from encours.receivables.models import Allocation, Invoice, InvoiceKind, Payment
from encours.receivables.months import Dated, add_to_months
from encours.receivables.open_items import open_item_of
from encours.receivables.words import day_in_words, kept_name_of, money_in_words, name_of


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
    source, invoice = type(source).objects.get(id=source.id), Invoice.objects.get(id=invoice.id)
    _refuse_different_sides(source, invoice)
    check_amount(amount_minor, name_of(invoice))
    items = open_item_of(source), open_item_of(invoice)
    day = default_date(*items) if date is None else date
    _refuse_wrong_day(items, day, paris_date(now))
    _refuse_beyond_room(source, invoice, items, Money(amount_minor, invoice.currency), day)
    allocation = Allocation.objects.create(
        invoice=invoice,
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, Invoice) else None,
        amount_minor=amount_minor,
        date=day,
        author_name=actor.name,
        created_at=now,
    )
    keep_remaining(source, invoice)
    add_to_months(Dated(allocations=[allocation.id]))
    refresh_accounts([invoice.account_id], today=paris_date(now))
    _record("allocation.create", allocation, actor, now)
    return allocation


@transaction.atomic
def undo_allocation(*, allocation: Allocation, actor: Actor, now: dt.datetime) -> Allocation:
    """Add the counter-entry of an allocation, dated today: past balances stay as they were."""
    lock_accounts([allocation.invoice.account_id])
    counter_entry = add_counter_entry(allocation, actor=actor, now=now)
    refresh_accounts([allocation.invoice.account_id], today=paris_date(now))
    return counter_entry


def add_counter_entry(allocation: Allocation, *, actor: Actor, now: dt.datetime) -> Allocation:
    """Add the counter-entry inside the caller's transaction, whose account is locked."""
    allocation = Allocation.objects.select_related("invoice", "payment", "credit_note").get(id=allocation.id)
    if allocation.undoes_id is not None:
        raise AlreadyDone(
            _("Cette ligne est déjà l’annulation d’un lettrage\u00a0: lettrez à nouveau si besoin.")
        )
    if Allocation.objects.filter(undoes=allocation).exists():
        raise AlreadyDone(_("Ce lettrage est déjà annulé\u00a0: rechargez la page pour voir l’historique."))
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
    _record("allocation.undo", counter_entry, actor, now)
    return counter_entry


def source_of(allocation: Allocation) -> Payment | Invoice:
    """Return the payment or the credit note that an allocation uses."""
    source = allocation.payment or allocation.credit_note
    assert source is not None  # a constraint of the table
    return source


def keep_remaining(*documents: Payment | Invoice) -> None:
    """Write again what is left of each document, from all its entries."""
    for document in documents:
        document.remaining_minor = remaining_in_the_end(open_item_of(document)).minor
        document.save(update_fields=["remaining_minor"])


def _refuse_different_sides(source: Payment | Invoice, invoice: Invoice) -> None:
    if invoice.kind != InvoiceKind.INVOICE:
        raise SidesDiffer(
            _("%s est un avoir\u00a0: un règlement ou un avoir se lettre avec une facture.") % invoice.number
        )
    if isinstance(source, Invoice) and source.kind != InvoiceKind.CREDIT_NOTE:
        raise SidesDiffer(
            _("%s est une facture\u00a0: seuls un règlement ou un avoir peuvent la solder.") % source.number
        )
    if source.account_id != invoice.account_id:
        raise SidesDiffer(
            _(
                "%(source)s et %(invoice)s ne sont pas du même compte client\u00a0: choisissez une "
                "facture du compte."
            )
            % {"source": name_of(source), "invoice": name_of(invoice)}
        )
    if source.currency != invoice.currency:
        raise SidesDiffer(
            _(
                "%(source)s est en %(one)s et %(invoice)s en %(other)s\u00a0: un lettrage se fait "
                "dans une seule devise."
            )
            % {
                "source": name_of(source),
                "invoice": name_of(invoice),
                "one": source.currency,
                "other": invoice.currency,
            }
        )


def _refuse_wrong_day(items: tuple[OpenItem, OpenItem], day: dt.date, today: dt.date) -> None:
    earliest = max(item.date for item in items)
    if day > today:
        raise DateRefused(
            _("La date du lettrage, %s, est dans le futur\u00a0: choisissez au plus tard aujourd’hui.")
            % day_in_words(day)
        )
    if day < earliest:
        raise DateRefused(
            _(
                "La date du lettrage, %(day)s, précède celle des documents\u00a0: choisissez au "
                "plus tôt le %(earliest)s."
            )
            % {"day": day_in_words(day), "earliest": day_in_words(earliest)}
        )


def _refuse_beyond_room(
    source: Payment | Invoice,
    invoice: Invoice,
    items: tuple[OpenItem, OpenItem],
    amount: Money,
    day: dt.date,
) -> None:
    if amount.minor <= room_for(*items, day):
        return
    rooms = [
        (room_from(item, day), name_of(document))
        for item, document in zip(items, (source, invoice), strict=True)
    ]
    room, name = min(rooms)
    raise AmountRefused(
        _("%(amount)s dépassent ce qui reste sur %(name)s à partir du %(day)s\u00a0: au plus %(room)s.")
        % {
            "amount": money_in_words(amount),
            "name": name,
            "day": day_in_words(day),
            "room": money_in_words(Money(room, amount.currency)),
        }
    )


def _record(action: str, allocation: Allocation, actor: Actor, now: dt.datetime) -> None:
    invoice = allocation.invoice
    record(
        actor=actor,
        action=action,
        subject=f"facture {invoice.entity.code} {invoice.number}",
        entity_code=invoice.entity.code,
        after={
            "source": kept_name_of(source_of(allocation)),
            "amount_minor": allocation.amount_minor,
            "currency": invoice.currency,
            "date": allocation.date,
        },
        now=now,
    )
