"""Store what was drawn: bytes, chain, files, audit, outbox and figures, in one short transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from encours import failpoints
from encours.archive import chain, store
from encours.archive.models import IssuedDocument
from encours.audit.record import record
from encours.core.actors import SYSTEM, Actor
from encours.core.days import paris_date
from encours.delivery.actions import Recipient, enqueue
from encours.dunning.counting import recount_invoices
from encours.dunning.evidence import hash_of
from encours.dunning.issuing.drawing import DrawnFile
from encours.dunning.issuing.frozen import FrozenReminder
from encours.dunning.models import DeliveryState, Reminder, ReminderFile, ReminderLine, ReminderState
from encours.receivables.figures import lock_accounts, refresh_accounts


def store_drawn(*, drawn: Mapping[int, Sequence[DrawnFile]], now: dt.datetime) -> list[Reminder]:
    """Make reserved reminders (by id) issued; one that is no longer reserved is left as it is.

    Locks are taken in the order of all writers: accounts by id, chain heads by code.
    """
    account_ids = sorted(
        set(Reminder.objects.filter(id__in=drawn.keys()).order_by().values_list("account_id", flat=True))
    )
    with transaction.atomic():
        lock_accounts(account_ids)
        rows = Reminder.objects.select_related("entity").filter(
            id__in=drawn.keys(), state=ReminderState.RESERVED
        )
        reminders = list(rows.order_by("entity__code", "number"))
        by_chain: dict[str, list[Reminder]] = defaultdict(list)
        for reminder in reminders:
            by_chain[reminder.entity.code].append(reminder)
        for code in sorted(by_chain):
            _issue_documents(code, by_chain[code], drawn, now)
        _mark_issued(reminders, now)
        recount_invoices(
            ReminderLine.objects.filter(reminder__in=reminders).values_list("invoice_id", flat=True)
        )
        refresh_accounts([reminder.account_id for reminder in reminders], today=paris_date(now))
        failpoints.reach("stored_uncommitted")
    failpoints.reach("issued")
    return reminders


def _issue_documents(
    code: str, reminders: Sequence[Reminder], drawn: Mapping[int, Sequence[DrawnFile]], now: dt.datetime
) -> None:
    """Add the files of reminders of one entity to its chain, in the order of their numbers."""
    lines: dict[int, list[ReminderLine]] = defaultdict(list)
    for line in ReminderLine.objects.filter(reminder__in=reminders):
        lines[line.reminder_id].append(line)
    hashes = {reminder.id: hash_of(reminder, lines[reminder.id]) for reminder in reminders}
    documents = [
        chain.NewDocument(
            kind=file.kind,
            reference=reminder.reference,
            filename=file.filename,
            media_type=file.media_type,
            sha256=store.put(file.content, now=now),
            details={"reminder": reminder.reference, "record": hashes[reminder.id]},
        )
        for reminder in reminders
        for file in drawn[reminder.id]
    ]
    issued = iter(chain.issue_all(chain=code, documents=documents, now=now))
    files: list[ReminderFile] = []
    for reminder in reminders:
        own = [(file, next(issued)) for file in drawn[reminder.id]]
        files += [
            ReminderFile(reminder=reminder, document=row, kind=file.kind, label=file.label, position=at)
            for at, (file, row) in enumerate(own)
        ]
        _send(reminder, own[0][1], now)
        _audit(reminder, now)
    ReminderFile.objects.bulk_create(files)


def _send(reminder: Reminder, message: IssuedDocument, now: dt.datetime) -> None:
    """Queue one envelope per recipient of an e-mail; a letter waits to be printed."""
    email = FrozenReminder.from_json(reminder.frozen).email
    if email is None:
        return
    recipients = [Recipient(address) for address in email.to]
    recipients += [Recipient(address, is_copy=True) for address in email.copies]
    enqueue(
        reference=reminder.reference,
        sender=email.sender_address,
        recipients=recipients,
        message_id=email.message_id,
        content_sha256=message.sha256,
        size=message.size,
        now=now,
    )


def _audit(reminder: Reminder, now: dt.datetime) -> None:
    author = Actor(name=reminder.author_name, user_id=reminder.author_user_id)
    record(
        actor=author if reminder.author_name else SYSTEM,
        action="reminder.issue",
        subject=f"relance {reminder.reference}",
        entity_code=reminder.entity.code,
        after={"mode": reminder.mode, "template": reminder.template_code, "account": reminder.account_id},
        now=now,
    )


def _mark_issued(reminders: Sequence[Reminder], now: dt.datetime) -> None:
    """Change the state by compare-and-swap; nobody else can have, under the locks of the accounts."""
    for reminder in reminders:
        reminder.state = ReminderState.ISSUED
        reminder.issued_at = now
        reminder.delivery_state = DeliveryState.QUEUED if reminder.message_id else DeliveryState.TO_PRINT
        reminder.lease_owner, reminder.lease_expires_at, reminder.last_error = "", None, ""
        changed = Reminder.objects.filter(id=reminder.id, state=ReminderState.RESERVED).update(
            state=reminder.state,
            issued_at=now,
            delivery_state=reminder.delivery_state,
            lease_owner="",
            lease_expires_at=None,
            last_error="",
        )
        if changed != 1:
            raise RuntimeError(f"{reminder.reference} changed under the lock of its account")
