"""Know how a payment is inserted, and what the journal says of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, fields

from django.utils.translation import gettext as _

from encours.audit.models import AuditLine
from encours.audit.record import line
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.parties.models import Account
from encours.receivables.details import PaymentDetails, check_payment
from encours.receivables.errors import AlreadyRecorded
from encours.receivables.models import Payment


def insert_payment(account: Account, details: PaymentDetails, now: dt.datetime) -> Payment:
    """Insert a payment, all of it unused, inside the caller's transaction, which locked its account."""
    checked = check_payment(details, today=paris_date(now))
    refuse_taken_reference(account.id, checked.reference)
    return Payment.objects.create(
        account=account, remaining_minor=checked.amount_minor, recorded_at=now, **asdict(checked)
    )


def recorded_line(payment: Payment, actor: Actor, now: dt.datetime) -> AuditLine:
    """Return the line that the journal has of a payment just recorded."""
    details = {one.name: getattr(payment, one.name) for one in fields(PaymentDetails)}
    return payment_line("payment.record", payment, {}, details, actor, now)


def payment_line(
    action: str,
    payment: Payment,
    before: dict[str, object],
    after: dict[str, object],
    actor: Actor,
    now: dt.datetime,
) -> AuditLine:
    """Return the line of the journal that an action on a payment leaves."""
    entity_code = payment.account.entity_code
    return line(
        actor=actor,
        action=action,
        subject=f"règlement {entity_code} {payment.reference}",
        entity_code=entity_code,
        before=before,
        after=after,
        now=now,
    )


def refuse_taken_reference(account_id: int, reference: str) -> None:
    """Raise Refusal where the account has a payment of this reference."""
    if Payment.objects.filter(account_id=account_id, reference=reference).exists():
        raise AlreadyRecorded(
            _(
                "Un règlement de ce compte porte déjà la référence %s\u00a0: vérifiez qu'il n'est "
                "pas saisi deux fois."
            )
            % reference
        )
