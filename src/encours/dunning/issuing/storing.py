"""Store what was drawn: bytes, chain, files, audit, outbox and figures, in one short transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from encours import bulk, failpoints
from encours.archive import chain, store
from encours.archive.models import IssuedDocument
from encours.audit.models import AuditLine
from encours.audit.record import line, record_all
from encours.core.actors import SYSTEM, Actor
from encours.core.days import paris_date
from encours.delivery.actions import Mailing, Recipient, enqueue_all
from encours.dunning.counting import recount_invoices
from encours.dunning.evidence import details_of, hash_of, lines_of
from encours.dunning.issuing.drawing import DrawnFile
from encours.dunning.issuing.frozen import email_in
from encours.dunning.models import DeliveryState, Reminder, ReminderFile, ReminderState
from encours.receivables.figures import lock_accounts, refresh_accounts


def store_drawn(*, drawn: Mapping[int, Sequence[DrawnFile]], now: dt.datetime) -> list[Reminder]:
    """Make reserved reminders (by id) issued; one that is no longer reserved is left as it is.

    Bytes that live in a bucket are brought there first: no lock waits for it. Locks are taken in the order of
    all writers: accounts by id, chain heads by code.
    """
    account_ids = sorted(
        set(Reminder.objects.filter(id__in=drawn.keys()).order_by().values_list("account_id", flat=True))
    )
    carried = store.carry([file.content for files in drawn.values() for file in files])
    with transaction.atomic():
        lock_accounts(account_ids)
        rows = Reminder.objects.prefetch_related("entity").filter(
            id__in=drawn.keys(), state=ReminderState.RESERVED
        )
        reminders = list(rows.order_by("entity__code", "number"))
        by_chain: dict[str, list[Reminder]] = defaultdict(list)
        for reminder in reminders:
            by_chain[reminder.entity.code].append(reminder)
        lines = lines_of(reminders)
        hashes = {reminder.id: hash_of(reminder, lines[reminder.id]) for reminder in reminders}
        for code in sorted(by_chain):
            _issue_documents(code, by_chain[code], drawn, hashes, carried, now)
        _mark_issued(reminders, now)
        recount_invoices(line.invoice_id for own in lines.values() for line in own)
        refresh_accounts([reminder.account_id for reminder in reminders], today=paris_date(now))
        failpoints.reach("stored_uncommitted")
    failpoints.reach("issued")
    return reminders


def _issue_documents(
    code: str,
    reminders: Sequence[Reminder],
    drawn: Mapping[int, Sequence[DrawnFile]],
    hashes: Mapping[int, str],
    carried: Collection[str],
    now: dt.datetime,
) -> None:
    """Add the files of reminders of one entity to its chain, in the order of their numbers."""
    files = [(reminder, at, file) for reminder in reminders for at, file in enumerate(drawn[reminder.id])]
    kept = store.put_all([file.content for _reminder, _at, file in files], carried)
    documents = [
        chain.NewDocument(
            kind=file.kind,
            reference=reminder.reference,
            filename=file.filename,
            media_type=file.media_type,
            sha256=sha256,
            details=details_of(reminder, hashes[reminder.id], at, file.label),
        )
        for (reminder, at, file), sha256 in zip(files, kept, strict=True)
    ]
    issued = chain.issue_all(chain=code, documents=documents, now=now)
    bulk.insert_rows(
        ReminderFile,
        ("reminder_id", "document_id", "kind", "label", "position"),
        [
            (reminder.id, row.id, file.kind, file.label, at)
            for (reminder, at, file), row in zip(files, issued, strict=True)
        ],
    )
    printed_or_sent = [row for (_reminder, at, _file), row in zip(files, issued, strict=True) if at == 0]
    _send(zip(reminders, printed_or_sent, strict=True), now)
    record_all([_audit_line(reminder, now) for reminder in reminders])


def _send(messages: Iterable[tuple[Reminder, IssuedDocument]], now: dt.datetime) -> None:
    """Queue one envelope per recipient of each e-mail; a letter waits to be printed."""
    mailings = []
    for reminder, message in messages:
        email = email_in(reminder.frozen)
        if email is not None:
            recipients = [Recipient(address) for address in email.to]
            recipients += [Recipient(address, is_copy=True) for address in email.copies]
            mailings.append(
                Mailing(
                    reference=reminder.reference,
                    sender=email.sender_address,
                    recipients=recipients,
                    message_id=email.message_id,
                    content_sha256=message.sha256,
                    size=message.size,
                )
            )
    enqueue_all(mailings, now=now)


def _audit_line(reminder: Reminder, now: dt.datetime) -> AuditLine:
    author = Actor(
        name=reminder.author_name,
        user_id=reminder.author_user_id,
        address=reminder.author_address,
        request_id=reminder.author_request_id,
    )
    return line(
        actor=author if reminder.author_name else SYSTEM,
        action="reminder.issue",
        subject=f"relance {reminder.reference}",
        entity_code=reminder.entity.code,
        after={"mode": reminder.mode, "template": reminder.template_code, "account": reminder.account_id},
        now=now,
    )


def _mark_issued(reminders: Sequence[Reminder], now: dt.datetime) -> None:
    """Change the state by compare-and-swap; nobody else can have, under the locks of the accounts."""
    groups: dict[DeliveryState, list[int]] = defaultdict(list)
    for reminder in reminders:
        reminder.state = ReminderState.ISSUED
        reminder.issued_at = now
        reminder.delivery_state = DeliveryState.QUEUED if reminder.message_id else DeliveryState.TO_PRINT
        reminder.lease_owner, reminder.lease_expires_at, reminder.last_error = "", None, ""
        groups[reminder.delivery_state].append(reminder.id)
    changed = sum(
        Reminder.objects.filter(id__in=ids, state=ReminderState.RESERVED).update(
            state=ReminderState.ISSUED,
            issued_at=now,
            delivery_state=delivery_state,
            lease_owner="",
            lease_expires_at=None,
            last_error="",
        )
        for delivery_state, ids in groups.items()
    )
    if changed != len(reminders):
        raise RuntimeError("a reminder changed under the lock of its account")
