"""Know how long each kind of personal data is kept, what is past its time, and let that go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.archive.purging import finish_purges
from encours.audit.erasing import purge_lines
from encours.audit.models import AuditLine
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.days import PARIS
from encours.core.errors import Refusal
from encours.desk.models import RetentionPeriod
from encours.dunning.erasing import erase_contacts
from encours.dunning.purging import REMINDERS_AT_ONCE, purge_reminders, purgeable
from encours.parties.models import Account, Customer, DunningContact
from encours.receivables.models import Invoice, Payment

DEFAULT_MONTHS = {"reminders": 60, "journal": 60, "contacts": 36}
"""Correspondence is kept five years, a contact three years after it last served; invoices never go."""
LABELS = {
    "reminders": gettext_lazy("Relances dont toutes les factures sont soldées"),
    "journal": gettext_lazy("Lignes du journal"),
    "contacts": gettext_lazy("Adresses de relance des clients inactifs depuis aussi longtemps"),
}
LEAST, MOST = 12, 600
REASON = "durée de conservation passée"


@dataclass(frozen=True, slots=True)
class Due:
    """What of one kind is past its time: how many things, and the day before which they were."""

    kind: str
    label: str
    months: int
    before: dt.date
    count: int


def periods() -> dict[str, int]:
    """Return the months for which each kind is kept."""
    return {**DEFAULT_MONTHS, **dict(RetentionPeriod.objects.values_list("kind", "months"))}


def set_periods(*, months: Mapping[str, int], actor: Actor, now: dt.datetime) -> None:
    """Change for how many months kinds are kept; raise Refusal for what is too short or too long."""
    for kind, count in months.items():
        if kind not in DEFAULT_MONTHS or not LEAST <= count <= MOST:
            raise Refusal(
                _("Indiquez une durée de %(least)s à %(most)s mois.") % {"least": LEAST, "most": MOST}
            )
    before = periods()
    changed = {kind: count for kind, count in months.items() if before[kind] != count}
    if not changed:
        return
    with transaction.atomic():
        for kind, count in changed.items():
            RetentionPeriod.objects.update_or_create(kind=kind, defaults={"months": count})
        record(
            actor=actor,
            action="settings.set_retention",
            subject="durées de conservation",
            before={kind: before[kind] for kind in changed},
            after=changed,
            now=now,
        )


def what_is_due(today: dt.date) -> list[Due]:
    """Return what is past its time today, kind by kind; nothing is changed."""
    found = []
    for kind, months in periods().items():
        before = months_before(today, months)
        found.append(Due(kind, str(LABELS[kind]), months, before, _COUNTS[kind](before)))
    return found


def apply(*, today: dt.date, actor: Actor, now: dt.datetime) -> dict[str, int]:
    """Let all go that is past its time; return how many of each kind went."""
    kept = periods()
    done = {
        kind: _GO[kind](months_before(today, kept[kind]), actor, now) for kind in ("reminders", "contacts")
    }
    with transaction.atomic():
        done["journal"] = purge_lines(
            before=_start(months_before(today, kept["journal"])), by=actor.name, now=now
        )
        record(actor=actor, action="settings.apply_retention", subject=REASON, after=done, now=now)
    finish_purges()
    return done


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the first day of the month that lies so many months before a day."""
    number = day.year * 12 + day.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


def unused_customers(before: dt.date) -> QuerySet[Customer]:
    """Return the inactive customers with a contact, nothing open, and nothing issued or paid since a day."""
    accounts = Account.objects.filter(customer=OuterRef("pk"))
    invoices = Invoice.objects.filter(account__customer=OuterRef("pk"), issue_date__gte=before)
    payments = Payment.objects.filter(account__customer=OuterRef("pk"), date__gte=before)
    rows = Customer.objects.filter(Exists(DunningContact.objects.filter(customer=OuterRef("pk"))))
    return rows.filter(is_active=False).exclude(
        Exists(accounts.filter(open_invoice_count__gt=0)) | Exists(invoices) | Exists(payments)
    )


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=PARIS)


def _purge_reminders(before: dt.date, actor: Actor, now: dt.datetime) -> int:
    gone, last = 0, 0
    rows = purgeable(before=_start(before))
    while page := list(rows.filter(id__gt=last)[:REMINDERS_AT_ONCE]):
        gone += purge_reminders(reminders=page, reason=REASON, actor=actor, now=now)
        last = page[-1].pk
    return gone


def _erase_contacts(before: dt.date, actor: Actor, now: dt.datetime) -> int:
    gone = 0
    for one in list(unused_customers(before)):
        with suppress(Refusal):  # a reminder is on its way out: the next time
            gone += erase_contacts(customer=one, reason=REASON, actor=actor, now=now)
    return gone


_COUNTS: dict[str, Callable[[dt.date], int]] = {
    "reminders": lambda before: purgeable(before=_start(before)).count(),
    "journal": lambda before: AuditLine.objects.filter(at__lt=_start(before)).count(),
    "contacts": lambda before: DunningContact.objects.filter(customer__in=unused_customers(before)).count(),
}
_GO: dict[str, Callable[[dt.date, Actor, dt.datetime], int]] = {
    "reminders": _purge_reminders,
    "contacts": _erase_contacts,
}
