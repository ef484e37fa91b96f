"""Set a payment or a credit note against several invoices at once, all of them or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record_all
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.parties.models import Account
from encours.receivables.details import PaymentDetails
from encours.receivables.errors import AmountRefused, SidesDiffer
from encours.receivables.figures import lock_accounts, refresh_accounts
from encours.receivables.models import Allocation, Invoice, Payment
from encours.receivables.months import Dated, add_to_months
from encours.receivables.receiving import insert_payment, recorded_line
from encours.receivables.using_up import Part, allocate_all, journal_line, use_up


@transaction.atomic
def allocate_parts(
    *, source: Payment | Invoice, parts: Mapping[int, int], actor: Actor, now: dt.datetime
) -> list[Allocation]:
    """Allocate a source by invoice id and minor units, in the order given; raise Refusal for any of them."""
    if not parts:
        raise AmountRefused(
            _("Aucun montant n'est saisi\u00a0: indiquez-en un au moins en face d'une facture.")
        )
    lock_accounts([source.account_id])
    source = type(source).objects.get(id=source.id)
    return allocate_all(source, _parts_of(source, parts), actor=actor, now=now)


@transaction.atomic
def receive_payment(
    *, account: Account, details: PaymentDetails, parts: Mapping[int, int], actor: Actor, now: dt.datetime
) -> Payment:
    """Record a payment and allocate it by invoice id and minor units: both, or nothing."""
    lock_accounts([account.id])
    payment = insert_payment(account, details, now)
    allocations = use_up(payment, _parts_of(payment, parts), actor=actor, now=now) if parts else []
    add_to_months(Dated(payments=[payment.id], allocations=[row.id for row in allocations]))
    refresh_accounts([account.id], today=paris_date(now))
    lines = [journal_line("allocation.create", row, actor, now) for row in allocations]
    record_all([recorded_line(payment, actor, now), *lines])
    return payment


def _parts_of(source: Payment | Invoice, parts: Mapping[int, int]) -> list[Part]:
    of_account = Invoice.objects.filter(account_id=source.account_id).select_related("entity")
    invoices = of_account.in_bulk(list(parts))
    if len(invoices) != len(parts):
        raise SidesDiffer(_("Une des factures n'est pas de ce compte client\u00a0: rechargez la page."))
    return [Part(invoices[invoice_id], minor) for invoice_id, minor in parts.items()]
