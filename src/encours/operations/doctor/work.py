"""Look at the work that waits: is anyone there to do it, and does anything wait for a person?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from encours.delivery import leases
from encours.delivery.models import MessageState, OutboxMessage
from encours.delivery.queries import pause_reason
from encours.operations.doctor.findings import Finding, attention, error, ok
from encours.operations.models import WorkerSign

SILENT_AFTER = dt.timedelta(minutes=2)
LATE_AFTER = dt.timedelta(minutes=15)


def check_worker(now: dt.datetime) -> Finding:
    """See whether a worker has given a sign of life, here or on another machine."""
    owners = {owner for owner in _heard_of(now) if not leases.is_dead(owner)}
    if owners:
        machines = ", ".join(sorted({owner.split(":")[0] for owner in owners}))
        return ok("worker", f"{len(owners)} en marche ({machines})")
    last = WorkerSign.objects.order_by("-last_seen_at").first()
    seen = f", le dernier a été vu le {last.last_seen_at.astimezone():%d/%m/%Y à %H:%M}" if last else ""
    waits = OutboxMessage.objects.filter(state=MessageState.QUEUED, next_attempt_at__lte=now).exists()
    judge = error if waits else attention
    return judge("worker", f"aucun n'est en marche{seen}", "lancez « encours worker » (ou « encours serve »)")


def _heard_of(now: dt.datetime) -> set[str]:
    """Return the processes that gave a sign of life lately, or prolong the lease of a message."""
    signs = WorkerSign.objects.filter(last_seen_at__gt=now - SILENT_AFTER).values_list("owner", flat=True)
    held = OutboxMessage.objects.filter(
        state__in=[MessageState.CLAIMED, MessageState.TRANSMITTING], lease_expires_at__gt=now
    )
    return {*signs, *held.order_by().values_list("lease_owner", flat=True).distinct()}


def check_outbox(now: dt.datetime) -> Iterator[Finding]:
    """See whether messages wait too long, or for a person."""
    reason = pause_reason()
    if reason is not None:
        yield attention(
            "boîte d'envoi",
            f"l'envoi est suspendu ({reason})",
            "quand tout est prêt : encours outbox --reopen",
        )
    uncertain = OutboxMessage.objects.filter(state=MessageState.UNCERTAIN).count()
    if uncertain:
        yield attention(
            "boîte d'envoi",
            f"messages incertains : {uncertain}",
            "cherchez-les dans le journal du serveur de messagerie, puis réglez-les dans « Boîte d'envoi »",
        )
    due = OutboxMessage.objects.filter(state=MessageState.QUEUED, next_attempt_at__lte=now)
    oldest = due.order_by("next_attempt_at").first()
    if oldest is not None and reason is None and now - oldest.next_attempt_at > LATE_AFTER:
        yield error(
            "boîte d'envoi",
            f"{oldest.reference} attend depuis le {oldest.next_attempt_at.astimezone():%d/%m/%Y à %H:%M}",
            "voyez le worker et la messagerie",
        )
    elif reason is None and not uncertain:
        yield ok("boîte d'envoi", "rien n'attend trop longtemps, ni une décision")
