"""Know how a payment or a credit note is used up on invoices: several at once in as many statements as one.

Everything here is inside the caller's transaction, which locked the account and read the source since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from encours import bulk
from encours.audit.models import AuditLine
from encours.audit.record import line, record_all
from encours.core.actors import Actor
from encours.core.allocation import default_date, room_for, room_from
from encours.core.days import paris_date
from encours.core.money import Money
from encours.core.open_items import Entry, OpenItem, remaining_in_the_end
from encours.receivables.details import check_amount
from encours.receivables.errors import AmountRefused, DateRefused, SidesDiffer
from encours.receivables.figures import refresh_accounts
from encours.receivables.models import Allocation, Invoice, InvoiceKind, Payment
from encours.receivables.months import Dated, add_to_months
from encours.receivables.open_items import open_item_of, open_items_of_invoices
from encours.receivables.words import day_in_words, kept_name_of, money_in_words, name_of


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a source goes to one invoice and from which day on: by default the first possible one."""

    invoice: Invoice
    amount_minor: int
    date: dt.date | None = None


def use_up(
    source: Payment | Invoice, parts: Sequence[Part], *, actor: Actor, now: dt.datetime
) -> list[Allocation]:
    """Set parts of a source against invoices in the order given; raise Refusal for any of them.

    The caller counts the allocations in their months, refreshes the account and writes the journal.
    """
    left, items = open_item_of(source), open_items_of_invoices([part.invoice for part in parts])
    allocations = []
    for part in parts:
        number = part.invoice.id
        allocation = _set_against(source, (left, items[number]), part, paris_date(now))
        allocation.author_name, allocation.created_at = actor.name, now
        allocations.append(allocation)
        entry = Entry(allocation.date, allocation.amount_minor)
        left, items[number] = _with(left, entry), _with(items[number], entry)
    Allocation.objects.bulk_create(allocations)
    source.remaining_minor = remaining_in_the_end(left).minor
    bulk.update_rows(type(source), ["remaining_minor"], [(source.id, source.remaining_minor)])
    rows = [(number, remaining_in_the_end(item).minor) for number, item in items.items()]
    bulk.update_rows(Invoice, ["remaining_minor"], rows)
    return allocations


def allocate_all(
    source: Payment | Invoice, parts: Sequence[Part], *, actor: Actor, now: dt.datetime
) -> list[Allocation]:
    """Use up parts of a source with all that follows: months, figures of the account, journal."""
    allocations = use_up(source, parts, actor=actor, now=now)
    add_to_months(Dated(allocations=[row.id for row in allocations]))
    refresh_accounts([source.account_id], today=paris_date(now))
    record_all([journal_line("allocation.create", row, actor, now) for row in allocations])
    return allocations


def journal_line(action: str, allocation: Allocation, actor: Actor, now: dt.datetime) -> AuditLine:
    """Return the line of the journal that an allocation or its counter-entry leaves."""
    invoice = allocation.invoice
    return line(
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


def source_of(allocation: Allocation) -> Payment | Invoice:
    """Return the payment or the credit note that an allocation uses."""
    source = allocation.payment or allocation.credit_note
    assert source is not None  # a constraint of the table
    return source


def _set_against(
    source: Payment | Invoice, items: tuple[OpenItem, OpenItem], part: Part, today: dt.date
) -> Allocation:
    invoice = part.invoice
    _refuse_different_sides(source, invoice)
    check_amount(part.amount_minor, name_of(invoice))
    day = default_date(*items) if part.date is None else part.date
    _refuse_wrong_day(items, day, today)
    _refuse_beyond_room(source, invoice, items, Money(part.amount_minor, invoice.currency), day)
    return Allocation(
        invoice=invoice,
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, Invoice) else None,
        amount_minor=part.amount_minor,
        date=day,
    )


def _with(item: OpenItem, entry: Entry) -> OpenItem:
    return replace(item, uses=(*item.uses, entry))


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
            _("La date du lettrage, %s, est dans le futur\u00a0: choisissez au plus tard aujourd'hui.")
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
