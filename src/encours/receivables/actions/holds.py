"""Hold an invoice or an account back from reminders, and let it go again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.parties.models import Account
from encours.receivables.details import check_reason
from encours.receivables.errors import AlreadyDone, DateRefused, SidesDiffer
from encours.receivables.figures import lock_accounts
from encours.receivables.models import Hold, HoldKind, Invoice
from encours.receivables.words import name_at_start


@transaction.atomic
def place_hold(
    *,
    account: Account,
    invoice: Invoice | None = None,
    kind: HoldKind,
    reason: str,
    until: dt.date | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Hold:
    """Put an invoice, or a whole account, in dispute or off reminders until a date.

    A new date replaces the former one. Raise Refusal for a dispute that is open already, or a past date.
    """
    reason = check_reason(reason)
    if invoice is not None and invoice.account_id != account.id:
        raise SidesDiffer(_("%s n'est pas de ce compte client.") % name_at_start(invoice))
    _check_until(kind, until, paris_date(now))
    lock_accounts([account.id])
    former = Hold.objects.filter(account=account, invoice=invoice, kind=kind, lifted_at=None)
    if kind == HoldKind.DISPUTE and former.exists():
        raise AlreadyDone(_("Le litige est déjà ouvert\u00a0: levez-le pour en changer le motif."))
    former.update(lifted_at=now, lifted_by_name=actor.name)
    hold = Hold.objects.create(
        account=account,
        invoice=invoice,
        kind=kind,
        until=until,
        reason=reason,
        author_name=actor.name,
        created_at=now,
    )
    _record("hold.place", hold, {"kind": str(kind), "until": until, "reason": reason}, actor, now)
    return hold


@transaction.atomic
def lift_hold(*, hold: Hold, actor: Actor, now: dt.datetime) -> Hold:
    """Let an invoice or an account be reminded again."""
    lock_accounts([hold.account_id])
    hold = Hold.objects.select_related("account", "invoice").get(id=hold.id)
    if hold.lifted_at is not None:
        raise AlreadyDone(_("Cette suspension est déjà levée."))
    hold.lifted_at, hold.lifted_by_name = now, actor.name
    hold.save(update_fields=["lifted_at", "lifted_by_name"])
    _record("hold.lift", hold, {"kind": hold.kind}, actor, now)
    return hold


def _check_until(kind: HoldKind, until: dt.date | None, today: dt.date) -> None:
    if kind == HoldKind.DISPUTE and until is not None:
        raise DateRefused(_("Un litige n'a pas de date de fin\u00a0: il se lève quand il est réglé."))
    if kind == HoldKind.POSTPONED and (until is None or until < today):
        raise DateRefused(_("Choisissez jusqu'à quelle date ne pas relancer, aujourd'hui au plus tôt."))


def _record(action: str, hold: Hold, after: dict[str, object], actor: Actor, now: dt.datetime) -> None:
    entity_code = hold.account.entity_code
    subject = f"facture {entity_code} {hold.invoice.number}" if hold.invoice else f"compte {hold.account}"
    record(actor=actor, action=action, subject=subject, entity_code=entity_code, after=after, now=now)
