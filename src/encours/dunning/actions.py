"""Change what may still change of an issued reminder: printed, annulled."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.dunning.deliveries import recount_reminders
from encours.dunning.models import DeliveryState, Mode, Reminder, ReminderState
from encours.receivables.figures import lock_accounts


@transaction.atomic
def mark_printed(*, reminder: Reminder, actor: Actor, now: dt.datetime) -> None:
    """Note that a letter was printed; the first time is the one kept. Raise Refusal for anything else."""
    _refuse_unless_letter(reminder)
    changed = Reminder.objects.filter(
        id=reminder.id, state=ReminderState.ISSUED, delivery_state=DeliveryState.TO_PRINT
    ).update(delivery_state=DeliveryState.PRINTED, printed_at=now, printed_by_name=actor.name)
    if changed:
        _record("reminder.print", reminder, actor, now)


@transaction.atomic
def cancel_letter(*, reminder: Reminder, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Annul a letter that was not posted, with a reason; its number stays used and it no longer counts.

    Raise Refusal for an e-mail, a letter annulled already, or an empty reason.
    """
    reason = reason.strip()
    _refuse_unless_letter(reminder)
    if not reason:
        raise Refusal(_("Indiquez pourquoi la lettre est annulée."))
    lock_accounts([reminder.account_id])
    changed = Reminder.objects.filter(id=reminder.id, state=ReminderState.ISSUED).update(
        state=ReminderState.CANCELLED,
        delivery_state=DeliveryState.CANCELLED,
        counts=False,
        cancelled_at=now,
        cancelled_by_name=actor.name,
        cancellation_reason=reason[:2000],
    )
    if not changed:
        raise Refusal(_("La relance %s est déjà annulée, ou pas encore émise.") % reminder.reference)
    recount_reminders([reminder], now=now)
    _record("reminder.cancel", reminder, actor, now, reason=reason[:2000])


def _refuse_unless_letter(reminder: Reminder) -> None:
    if reminder.mode != Mode.LETTER:
        raise Refusal(_("La relance %s n'est pas une lettre.") % reminder.reference)


def _record(action: str, reminder: Reminder, actor: Actor, now: dt.datetime, **after: str) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"relance {reminder.reference}",
        entity_code=reminder.entity.code,
        after=after,
        now=now,
    )
