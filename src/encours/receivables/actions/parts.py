"""Set a payment or a credit note against several invoices at once, all of them or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from encours.core.actors import Actor
from encours.parties.models import Account
from encours.receivables.actions.allocations import allocate
from encours.receivables.actions.payments import record_payment
from encours.receivables.details import PaymentDetails
from encours.receivables.errors import AmountRefused, SidesDiffer
from encours.receivables.models import Allocation, Invoice, Payment


@transaction.atomic
def allocate_parts(
    *, source: Payment | Invoice, parts: Mapping[int, int], actor: Actor, now: dt.datetime
) -> list[Allocation]:
    """Allocate a source by invoice id and minor units, in the order given; raise Refusal for any of them."""
    if not parts:
        raise AmountRefused(
            _("Aucun montant n’est saisi\u00a0: indiquez-en un au moins en face d’une facture.")
        )
    invoices = Invoice.objects.filter(account_id=source.account_id).in_bulk(list(parts))
    if len(invoices) != len(parts):
        raise SidesDiffer(_("Une des factures n’est pas de ce compte client\u00a0: rechargez la page."))
    return [
        allocate(source=source, invoice=invoices[invoice_id], amount_minor=minor, actor=actor, now=now)
        for invoice_id, minor in parts.items()
    ]


@transaction.atomic
def receive_payment(
    *, account: Account, details: PaymentDetails, parts: Mapping[int, int], actor: Actor, now: dt.datetime
) -> Payment:
    """Record a payment and allocate it by invoice id and minor units: both, or nothing."""
    payment = record_payment(account=account, details=details, actor=actor, now=now)
    if parts:
        allocate_parts(source=payment, parts=parts, actor=actor, now=now)
    return Payment.objects.get(id=payment.id)
