"""Erase the addresses of a customer's contacts, and what the journal says of them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from encours.audit.erasing import erase_values
from encours.audit.models import AuditLine
from encours.audit.record import record
from encours.core.actors import Actor
from encours.parties.models import Customer, DunningContact
from encours.parties.reachability import refresh_reachability


@transaction.atomic
def erase_contacts(*, customer: Customer, reason: str, actor: Actor, now: dt.datetime) -> int:
    """Delete all contacts of a customer and hide their values in the journal; return how many there were.

    What was issued stays as it left, until its own time of retention is over: the law asks for it.
    """
    contacts = DunningContact.objects.filter(customer=customer)
    count = contacts.count()
    contacts.delete()
    refresh_reachability([customer.id])
    lines = AuditLine.objects.filter(subject=f"client {customer.code}", action__startswith="contact.")
    hidden = erase_values(lines, by=actor.name, now=now)
    record(
        actor=actor,
        action="contact.erase",
        subject=f"client {customer.code}",
        after={"contacts": count, "journal_lines": hidden, "reason": reason[:300]},
        now=now,
    )
    return count
