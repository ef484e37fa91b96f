"""Tie the rows of a reminder to the archive: its documents carry the hash of what the rows say."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.db.models import Max

from encours.archive.models import IssuedDocument
from encours.archive.purging import purged_among
from encours.archive.verify import Verification
from encours.core.hash_chain import canonical_json, sha256_of
from encours.dunning.models import Reminder, ReminderCounter, ReminderFile, ReminderLine, ReminderState

Line = Any
"""A line of a reminder: an instance, or the row of its fields that is read here."""

REMINDERS_AT_ONCE = 200
_FIELDS = (
    "reference",
    "number",
    "entity_id",
    "account_id",
    "mode",
    "template_code",
    "template_version",
    "template_name",
    "mention",
    "is_formal_notice",
    "severity_rank",
    "severity_name",
    "language",
    "subject",
    "message",
    "author_name",
    "author_user_id",
    "created_at",
    "date",
    "frozen",
    "message_id",
    "idempotency_key",
)
_LINE_FIELDS = (
    "invoice_id",
    "number",
    "issue_date",
    "due_date",
    "net_minor",
    "gross_minor",
    "remaining_minor",
    "currency",
    "days_late",
)


def lines_of(reminders: Sequence[Reminder]) -> dict[int, list[Line]]:
    """Return what the lines of reminders say, by the id of the reminder, read in one query."""
    lines: dict[int, list[Line]] = defaultdict(list)
    rows = ReminderLine.objects.filter(reminder__in=reminders)
    for line in rows.values_list("reminder_id", *_LINE_FIELDS, named=True):
        lines[line.reminder_id].append(line)
    return lines


def hash_of(reminder: Reminder, lines: Iterable[Line]) -> str:
    """Return the SHA-256 of all that never changes in a reminder and in its lines."""
    rows = sorted(lines, key=attrgetter("invoice_id"))
    content = {
        **{name: _primitive(getattr(reminder, name)) for name in _FIELDS},
        **({"approved_by_name": reminder.approved_by_name} if reminder.approved_by_name else {}),
        "lines": [[_primitive(getattr(line, name)) for name in _LINE_FIELDS] for line in rows],
    }
    return sha256_of(canonical_json(content).encode("utf-8", "surrogatepass"))


def verify_reminders(result: Verification) -> None:
    """Report reminders whose rows no longer say what was issued, and numbers that are missing."""
    _verify_numbers(result)
    for page in _pages():
        lines = lines_of(page)
        files: dict[int, list[ReminderFile]] = defaultdict(list)
        rows = ReminderFile.objects.filter(reminder__in=page).select_related("document")
        for file in rows.order_by("position"):
            files[file.reminder_id].append(file)
        issued = _issued_by_reference(page)
        purged = _purged(page, files)
        for reminder in page:
            own = files[reminder.id]
            if not own:
                result.report(f"relance {reminder.reference} : son document a disparu")
            elif [file.document_id for file in own] != issued[reminder.reference]:
                result.report(f"relance {reminder.reference} : ses fichiers ne sont plus ceux de l'émission")
            elif reminder.id not in purged:
                _verify_reminder(reminder, lines[reminder.id], own, result)


def _purged(page: list[Reminder], files: dict[int, list[ReminderFile]]) -> set[int]:
    """Return the reminders whose text was erased with the bytes of their letter or e-mail."""
    first = {row.id: files[row.id][0].document.sha256 for row in page if not row.frozen and files[row.id]}
    gone = purged_among(first.values())
    return {id for id, sha256 in first.items() if sha256 in gone}


def _issued_by_reference(page: list[Reminder]) -> dict[str, list[int]]:
    """Return the ids of the documents issued for each reminder, in the order of the chain."""
    ids: dict[str, list[int]] = defaultdict(list)
    documents = IssuedDocument.objects.filter(reference__in=[reminder.reference for reminder in page])
    for reference, id in documents.order_by("chain", "position").values_list("reference", "id"):
        ids[reference].append(id)
    return ids


def _verify_reminder(
    reminder: Reminder, lines: list[Line], files: list[ReminderFile], result: Verification
) -> None:
    """Compare a reminder and its files with what their documents say of them."""
    try:
        said = [_said(file.document) for file in files]
    except (ValueError, KeyError, TypeError):
        result.report(f"relance {reminder.reference} : son document ne dit plus ce qu'elle contenait")
        return
    record = hash_of(reminder, lines)
    present = [(record, file.position, file.kind, file.label, reminder.issued_at) for file in files]
    if said != present:
        result.report(f"relance {reminder.reference} : son contenu a été modifié depuis l'émission")


def details_of(reminder: Reminder, record: str, position: int, label: str) -> dict[str, object]:
    """Return what the document of one file of a reminder says of it; its link covers that."""
    return {"reminder": reminder.reference, "record": record, "position": position, "label": label}


def _said(document: IssuedDocument) -> tuple[object, ...]:
    details = json.loads(document.details)
    return (
        details["record"],
        details["position"],
        document.kind,
        details["label"],
        document.issued_at,
    )


def _verify_numbers(result: Verification) -> None:
    """Check that each entity has given its numbers from 1 on without a hole.

    The counter is read before the reminders: what is reserved meanwhile is no problem.
    """
    for counter in ReminderCounter.objects.select_related("entity").order_by("entity_id"):
        rows = Reminder.objects.filter(entity=counter.entity)
        count = rows.filter(number__lte=counter.last_number).count()
        last = rows.aggregate(last=Max("number"))["last"] or 0
        counter_now = ReminderCounter.objects.get(entity=counter.entity).last_number
        if count != counter.last_number or last > counter_now:
            result.report(
                f"entité {counter.entity.code} : {count} relances, la dernière porte le n° {last},"
                f" le compteur dit {counter.last_number}"
            )


def _pages() -> Iterator[list[Reminder]]:
    last = 0
    issued = Reminder.objects.exclude(state=ReminderState.RESERVED).order_by("id")
    while page := list(issued.filter(id__gt=last)[:REMINDERS_AT_ONCE]):
        yield page
        last = page[-1].id


def _primitive(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
