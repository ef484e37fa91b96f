"""Gather all that is held about a customer and its contacts: one zip of JSON and of the documents sent."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from encours.access.scopes import Scope
from encours.archive import store
from encours.audit.models import AuditLine
from encours.audit.record import record
from encours.core.actors import Actor
from encours.delivery.journal import lines_naming_recipients
from encours.delivery.models import OutboxMessage
from encours.dunning.models import Reminder, ReminderFile
from encours.parties.models import Account, Customer, DunningContact
from encours.receivables.models import Allocation, Hold, Invoice, Payment

_NOT_OF_A_PERSON = frozenset({"search_name", "lease_owner", "lease_expires_at", "idempotency_key", "frozen"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


def export_person(*, customer: Customer, scope: Scope, actor: Actor, now: dt.datetime) -> bytes:
    """Return the zip, within a scope; that it was taken is recorded."""
    reminders = scope.narrow(Reminder.objects.filter(account__customer=customer)).order_by("id")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        held = held_about(customer, scope, reminders)
        text = json.dumps({"exported_at": now, **held}, ensure_ascii=False, indent=1, default=str)
        archive.writestr(zipfile.ZipInfo("donnees.json", date_time=_EPOCH), text)
        for name, content in _documents(reminders):
            archive.writestr(zipfile.ZipInfo(name, date_time=_EPOCH), content)
    record(
        actor=actor,
        action="customer.export",
        subject=f"client {customer.code}",
        after={"bytes": len(target.getvalue())},
        now=now,
    )
    return target.getvalue()


def held_about(customer: Customer, scope: Scope, reminders: QuerySet[Reminder]) -> dict[str, Any]:
    """Return every row that speaks of a customer or of its contacts, by kind."""
    accounts = scope.narrow(Account.objects.filter(customer=customer)).select_related("entity")
    contacts = DunningContact.objects.filter(customer=customer)
    if scope.entity_ids is not None:
        contacts = contacts.filter(Q(entity=None) | Q(entity__in=scope.entity_ids))
    references = list(reminders.values_list("reference", flat=True))
    named = [f"client {customer.code}", *(f"relance {reference}" for reference in references)]
    return {
        "customer": _row(customer),
        "contacts": _rows(contacts),
        "accounts": [{"entity": one.entity.code, "entity_name": one.entity.name} for one in accounts],
        "invoices": _rows(Invoice.objects.filter(account__in=accounts)),
        "payments": _rows(Payment.objects.filter(account__in=accounts)),
        "allocations": _rows(Allocation.objects.filter(invoice__account__in=accounts)),
        "holds": _rows(Hold.objects.filter(account__in=accounts)),
        "reminders": _rows(reminders),
        "messages": _rows(OutboxMessage.objects.filter(reference__in=references)),
        "journal": _rows(AuditLine.objects.filter(subject__in=named) | lines_naming_recipients(references)),
    }


def _documents(reminders: QuerySet[Reminder]) -> Iterable[tuple[str, bytes]]:
    files = ReminderFile.objects.filter(reminder__in=reminders).select_related("document", "reminder")
    for file in files.order_by("reminder_id", "position"):
        content = store.get_many([file.document.sha256]).get(file.document.sha256)
        if content is not None:  # purged: the journal says when
            name = file.document.filename.replace("/", "_").replace("\\", "_")
            yield f"documents/{file.reminder.reference}/{file.position}-{name}".replace("..", "_"), content


def _rows(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [_row(row) for row in rows.order_by("pk")]


def _row(row: Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in _NOT_OF_A_PERSON
    }
