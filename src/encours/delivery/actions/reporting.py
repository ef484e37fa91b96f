"""Apply a delivery-status report: the message that it speaks of is refused, confirmed, or only noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.bounce_causes import Cause
from encours.core.delivery_reports import Action, RecipientReport, Report
from encours.core.errors import Refusal
from encours.core.ibans import HIDDEN
from encours.delivery import hooks
from encours.delivery.actions.moving import Move, Mover, move
from encours.delivery.addresses import on_the_wire
from encours.delivery.models import Attempt, DeliveryReport, MessageState, OutboxMessage

_NOT_THE_ADDRESS = {
    Cause.MAILBOX_FULL: gettext_lazy("la boîte est pleine ou fermée pour le moment, l'adresse reste bonne"),
    Cause.SIZE: gettext_lazy("le message est trop lourd, l'adresse reste bonne"),
    Cause.NETWORK: gettext_lazy("le serveur du client n'a pas pu le recevoir, l'adresse reste bonne"),
    Cause.CONTENT: gettext_lazy("le message lui-même est refusé, l'adresse reste bonne"),
    Cause.POLICY: gettext_lazy("une règle du serveur du client le refuse, l'adresse reste bonne"),
}
CONFIRMING = frozenset({Action.DELIVERED, Action.RELAYED, Action.EXPANDED})


class Result(StrEnum):
    """What a report changed."""

    REFUSED = "refused"
    """The message is refused from now on."""
    CONFIRMED = "confirmed"
    """A message that was uncertain is sent."""
    NOTED = "noted"
    """It stands beside the message, whose state stays as it was."""
    KNOWN = "known"
    """The same report was applied before: nothing changed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a report said of one recipient, and what that changed."""

    reference: str
    recipient: str
    action: Action
    reason: str
    result: Result


def apply_report(*, report: Report, actor: Actor, now: dt.datetime) -> list[Applied]:
    """Apply what a report says of each recipient, one transaction each, and return what that changed.

    Raise Refusal, having changed nothing, where it speaks of no message that left here, or of nobody to
    whom that message went.
    """
    matched = list(_matched(report))
    if not matched:
        raise Refusal(_why_unknown(report))
    return [_apply(row, said, report.identity, actor, now) for row, said in matched]


def _matched(report: Report) -> Iterator[tuple[OutboxMessage, RecipientReport]]:
    """Yield the envelope of each recipient: by the Message-ID, then by the address within it."""
    rows = list(OutboxMessage.objects.filter(message_id__in=report.returned_ids[:20]).order_by("pk"))
    if not rows and not report.returned_ids:
        rows = list(OutboxMessage.objects.filter(message_id__in=report.answered_ids[-1:]).order_by("pk"))
    by_address = {_comparable(row.recipient): row for row in rows}
    for said in report.recipients:
        found = [by_address[key] for key in map(_comparable, said.addresses) if key in by_address]
        if not found and len(rows) == len(report.recipients) == 1:
            found = rows  # forwarded: the report knows the address behind ours only
        if found:
            yield found[0], said


def _why_unknown(report: Report) -> str:
    addresses = ", ".join(dict.fromkeys(said.addresses[0] for said in report.recipients))
    ids = [*report.returned_ids, *report.answered_ids]
    if OutboxMessage.objects.filter(message_id__in=ids[:20]).exists():
        return (
            _("Ce rapport parle de %s, à qui ce message n'a pas été envoyé\u00a0: rien n'a été changé.")
            % addresses
        )
    return (
        _(
            "Ce rapport (pour %s) ne renvoie à aucun message envoyé d'ici\u00a0: il est d'un autre ou "
            "contrefait. Rien n'a été changé."
        )
        % addresses
    )


def _comparable(address: str) -> str:
    try:
        return on_the_wire(address).casefold()
    except ValueError:
        return address.casefold()


@transaction.atomic
def _apply(
    message: OutboxMessage, said: RecipientReport, identity: str, actor: Actor, now: dt.datetime
) -> Applied:
    """Apply a report to one envelope, whose row is locked first: of two at once, one finds it known."""
    row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    reason = said.reason
    if row.reports.filter(identity=identity).exists():
        return Applied(row.reference, row.recipient, said.action, reason, Result.KNOWN)
    DeliveryReport.objects.create(
        message=row,
        identity=identity,
        attempt_number=row.attempt_count,
        action=said.action,
        reason=reason,
        received_at=now,
    )
    result = _move(row, said, now)
    record(
        actor=actor,
        action="outbox.report",
        subject=row.name_in_journal,
        before={"state": row.state},
        after={
            "action": said.action,
            "reason": reason if row.erased_at is None else HIDDEN,
            "result": result,
        },
        now=now,
    )
    return Applied(row.reference, row.recipient, said.action, reason, result)


def _move(row: OutboxMessage, said: RecipientReport, now: dt.datetime) -> Result:
    if said.action is Action.FAILED:
        reason = said.reason or _("refusé sans explication")
        if said.cause is Cause.ADDRESS:
            hooks.tell_refusal(reference=row.reference, address=row.recipient, reason=reason, now=now)
        else:
            reason = f"{reason} ({_NOT_THE_ADDRESS[said.cause]})"
        if move([Move(row.pk, MessageState.REFUSED, Mover.REPORT, reply=reason)], now=now):
            Attempt.objects.filter(message=row, number=row.attempt_count).update(outcome=MessageState.REFUSED)
            return Result.REFUSED
    elif said.action in CONFIRMING and row.state == MessageState.UNCERTAIN:
        words = _("remise confirmée par un rapport\u00a0: %s") % f"{said.action} {said.reason}".strip()
        if move([Move(row.pk, MessageState.SENT, Mover.REPORT, reply=words)], now=now):
            Attempt.objects.filter(message=row, number=row.attempt_count).update(outcome=MessageState.SENT)
            return Result.CONFIRMED
    return Result.NOTED
