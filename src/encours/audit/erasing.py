"""Take out of the journal what must not be kept: what it says of a person, and lines that are too old.

Each is announced by a row that stays, without which the database refuses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet

from encours.audit.models import AuditLine, Erasure, JournalPurge
from encours.core.ibans import HIDDEN

PURGE_AT_ONCE = 5_000


@transaction.atomic
def erase_values(
    lines: QuerySet[AuditLine],
    *,
    by: str,
    now: dt.datetime,
    kept: Collection[str] = (),
    hidden_after: str = "",
) -> int:
    """Hide the values of before and after in some lines; return how many lines had any.

    The fields ``kept`` stay. What follows ``hidden_after`` in a subject is hidden too, if it is not empty.
    """
    rows = []
    for row in lines.select_for_update():
        said = (row.subject, row.before, row.after)
        row.subject = _without(row.subject, hidden_after)
        row.before, row.after = _hidden(row.before, kept), _hidden(row.after, kept)
        if said != (row.subject, row.before, row.after):
            rows.append(row)
    Erasure.objects.bulk_create(
        [Erasure(line=row, at=now, actor_name=by) for row in rows], ignore_conflicts=True
    )
    for row in rows:
        said_now = {"subject": row.subject, "before": row.before, "after": row.after}
        AuditLine.objects.filter(pk=row.pk).update(**said_now)
    return len(rows)


@transaction.atomic
def purge_lines(*, before: dt.datetime, by: str, now: dt.datetime) -> int:
    """Delete the lines older than a moment; return how many there were."""
    old = AuditLine.objects.filter(at__lt=before)
    if not old.exists():
        return 0
    JournalPurge.objects.create(lines_before=before, at=now, actor_name=by)
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:PURGE_AT_ONCE]):
        Erasure.objects.filter(line__in=ids).delete()
        gone += AuditLine.objects.filter(pk__in=ids)._raw_delete("default")
    return gone


def erased_ids(ids: Sequence[int]) -> set[int]:
    """Return which of some lines had their values erased."""
    return set(Erasure.objects.filter(line__in=ids).values_list("line_id", flat=True))


def _without(subject: str, hidden_after: str) -> str:
    head, found, _name = subject.partition(hidden_after) if hidden_after else (subject, "", "")
    return f"{head}{found}{HIDDEN}" if found else subject


def _hidden(side: dict[str, object], kept: Collection[str]) -> dict[str, object]:
    return {name: value if name in kept else HIDDEN for name, value in side.items()}
