"""Erase a customer's contacts wherever they would be used again, and what the journal says of them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from encours.audit.erasing import erase_values
from encours.audit.models import AuditLine
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.delivery.actions import stop_for_ever
from encours.delivery.journal import hide_recipients
from encours.dunning.drafts import KEY_PREFIX
from encours.dunning.models import FormalNotice, Reminder, ReminderDraft, ReminderState, RunLine
from encours.dunning.notices.models import NoticeState
from encours.dunning.purging import ERASED
from encours.dunning.runs.models import LineState
from encours.dunning.runs.wording import CONTACT_ERASED
from encours.parties.erasing import delete_contacts
from encours.parties.models import Account, Customer
from encours.receivables.figures import lock_accounts


@transaction.atomic
def erase_contacts(*, customer: Customer, reason: str, actor: Actor, now: dt.datetime) -> int:
    """Delete all contacts of a customer, with what was being written to them; return how many there were.

    What was issued stays as it left, until its own time of retention is over: the law asks for it. What
    waits in the outbox is cancelled. Raise Refusal while a reminder to the customer is on its way out.
    """
    references, cancelled = _stop_messages(customer, now)
    count = delete_contacts(customer)
    lines = AuditLine.objects.filter(subject=f"client {customer.code}", action__startswith="contact.")
    hidden = erase_values(lines, by=actor.name, now=now)
    hidden += hide_recipients(references, by=actor.name, now=now)
    record(
        actor=actor,
        action="contact.erase",
        subject=f"client {customer.code}",
        after={
            "contacts": count,
            "messages_cancelled": cancelled,
            "drafts": _forget_drafts(customer),
            "notices": _withdraw_notices(customer, actor, now),
            "proposals": _leave_proposals(customer),
            "journal_lines": hidden,
            "reason": reason[:300],
        },
        now=now,
    )
    return count


def _stop_messages(customer: Customer, now: dt.datetime) -> tuple[list[str], int]:
    """Stop the messages of a customer's reminders; return their references, and how many were cancelled.

    The rows of the outbox are locked before the accounts, as a worker does it; a reminder that is reserved
    or queued in between is found once the accounts are locked, for whoever reserves locks them too.
    """
    issued = Reminder.objects.filter(account__customer=customer)
    references = list(issued.values_list("reference", flat=True))
    cancelled = stop_for_ever(references, now=now)
    lock_accounts(list(Account.objects.filter(customer=customer).values_list("id", flat=True)))
    if issued.filter(Q(state=ReminderState.RESERVED) | ~Q(reference__in=references)).exists():
        raise Refusal(
            _(
                "Une relance de ce client est en préparation\u00a0: rien n'a été effacé."
                " Recommencez dans quelques minutes."
            )
        )
    return references, cancelled


def _forget_drafts(customer: Customer) -> int:
    """Remove the open drafts; one that became a reminder stays, empty, so that it cannot become a second."""
    drafts = ReminderDraft.objects.filter(account__customer=customer)
    key = Concat(Value(KEY_PREFIX), OuterRef("token"))
    is_issued = Exists(Reminder.objects.filter(idempotency_key=key))
    removed = drafts.filter(reminder=None).exclude(is_issued).delete()[0]
    drafts.update(content={})
    return removed


def _withdraw_notices(customer: Customer, actor: Actor, now: dt.datetime) -> int:
    """Withdraw the formal notices that wait, and empty those decided: what was approved is a reminder."""
    notices = FormalNotice.objects.filter(account__customer=customer)
    withdrawn = notices.filter(state=NoticeState.WAITING).update(
        state=NoticeState.WITHDRAWN,
        reason=_("adresses de relance effacées"),
        decided_by_name=actor.name,
        decided_by_user_id=actor.user_id,
        decided_at=now,
    )
    notices.update(content={})
    return withdrawn


def _leave_proposals(customer: Customer) -> int:
    """Leave the account out of the mass reminders that have not come to it; erase what was typed for it.

    A line that a worker has in hand is finished by it: with no recipient left, or as issued.
    """
    lines = RunLine.objects.filter(account__customer=customer)
    waiting = lines.filter(state=LineState.TO_REMIND, lease_owner="", reminder=None)
    left = waiting.update(state=LineState.LEFT, reason=CONTACT_ERASED)
    lines.update(own_recipients="", has_own_text=False, subject="", message="")
    lines.filter(error__contains="@").update(error=ERASED)
    return left
