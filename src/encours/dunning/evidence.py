"""Tie the rows of a reminder to the archive: its documents carry the hash of what the rows say."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Max

from encours.archive.verify import Verification
from encours.core.hash_chain import canonical_json, sha256_of
from encours.dunning.models import Reminder, ReminderCounter, ReminderFile, ReminderLine, ReminderState

REMINDERS_AT_ONCE = 200
_FIELDS = (
    "reference",
    "number",
    "account_id",
    "mode",
    "template_code",
    "template_version",
    "template_name",
    "mention",
    "severity_rank",
    "severity_name",
    "language",
    "subject",
    "message",
    "author_name",
    "created_at",
    "date",
    "frozen",
    "message_id",
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


def hash_of(reminder: Reminder, lines: Iterable[ReminderLine]) -> str:
    """Return the SHA-256 of all that never changes in a reminder and in its lines."""
    rows = sorted(lines, key=lambda line: line.invoice_id)
    content = {
        **{name: _primitive(getattr(reminder, name)) for name in _FIELDS},
        "lines": [[_primitive(getattr(line, name)) for name in _LINE_FIELDS] for line in rows],
    }
    return sha256_of(canonical_json(content).encode("utf-8", "surrogatepass"))


def verify_reminders(result: Verification) -> None:
    """Report reminders whose rows no longer say what was issued, and numbers that are missing."""
    _verify_numbers(result)
    for page in _pages():
        lines: dict[int, list[ReminderLine]] = defaultdict(list)
        for line in ReminderLine.objects.filter(reminder__in=page):
            lines[line.reminder_id].append(line)
        files = ReminderFile.objects.filter(reminder__in=page, position=0).select_related("document")
        kept = {file.reminder_id: file.document.details for file in files}
        for reminder in page:
            _verify_reminder(reminder, lines[reminder.id], kept.get(reminder.id), result)


def _verify_reminder(
    reminder: Reminder, lines: list[ReminderLine], details: str | None, result: Verification
) -> None:
    if details is None:
        result.report(f"relance {reminder.reference} : son document a disparu")
        return
    try:
        expected = json.loads(details)["record"]
    except (ValueError, KeyError, TypeError):
        result.report(f"relance {reminder.reference} : son document ne dit plus ce qu'elle contenait")
        return
    if expected != hash_of(reminder, lines):
        result.report(f"relance {reminder.reference} : son contenu a été modifié depuis l'émission")


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
