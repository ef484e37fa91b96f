"""Give all the letters of a mass reminder at once: one PDF in the order of the list, or a zip of files."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from encours.archive import store
from encours.audit.record import record
from encours.core.actors import Actor
from encours.documents.merging import Printed, merge_for_print
from encours.dunning.models import DeliveryState, Reminder, ReminderFile, ReminderState
from encours.dunning.runs.models import LineState, ReminderRun, RunLine

LETTERS_PER_PART = 1_000
_IN_MEMORY_BYTES = 8_000_000
_PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file of a letter, to be printed."""

    reminder_id: int
    filename: str
    sha256: str

    @property
    def title(self) -> str:
        """Return what the outline of the merged file calls it."""
        return self.filename.removesuffix(".pdf")


def letter_count(run: ReminderRun) -> int:
    """Return how many letters there are to print; annulled ones are not among them."""
    return _letters(run).count()


def part_count(letters: int) -> int:
    """Return into how many files that many letters go."""
    return -(-letters // LETTERS_PER_PART)


def parts(letters: int) -> list[tuple[int, int, int]]:
    """Return each file's number, and its first and last letter in the order of the list."""
    return [
        (part, (part - 1) * LETTERS_PER_PART + 1, min(part * LETTERS_PER_PART, letters))
        for part in range(1, part_count(letters) + 1)
    ]


def letters_pdf(
    run: ReminderRun, *, part: int = 1, starts_on_right: bool = False, has_enclosures: bool = False
) -> bytes:
    """Return one part of the letters as one PDF, each on a right-hand page if asked (two-sided)."""
    files = _files(run, part, has_enclosures)
    letters = (
        Printed(letter[0].title, (store.get(file.sha256) for file in letter))
        for letter in (list(group) for _, group in groupby(files, key=lambda file: file.reminder_id))
    )
    return merge_for_print(letters, are_right_handed=starts_on_right)


def letters_zip(run: ReminderRun) -> Iterator[bytes]:
    """Yield a zip of the letters, each as it is archived, numbered in the order of the list.

    It is made in a temporary file, which is gone once the last piece is read.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for part in range(1, part_count(letter_count(run)) + 1):
                for at, file in enumerate(_files(run, part, has_enclosures=False), 1):
                    place = (part - 1) * LETTERS_PER_PART + at
                    info = zipfile.ZipInfo(f"{place:05}-{file.filename}", date_time=(1980, 1, 1, 0, 0, 0))
                    archive.writestr(info, store.get(file.sha256))
        target.seek(0)
        while piece := target.read(_PIECE_BYTES):
            yield piece


@transaction.atomic
def mark_run_printed(*, run: ReminderRun, part: int, actor: Actor, now: dt.datetime) -> int:
    """Note that one part of the letters was printed; those printed before keep their first time."""
    waiting = Reminder.objects.filter(id__in=_ids(run, part), delivery_state=DeliveryState.TO_PRINT)
    count = waiting.update(delivery_state=DeliveryState.PRINTED, printed_at=now, printed_by_name=actor.name)
    if count:
        after = {"letters": count, "part": part}
        record(actor=actor, action="run.print", subject=f"relance en masse {run.pk}", after=after, now=now)
    return count


def _letters(run: ReminderRun) -> QuerySet[RunLine]:
    return (
        run.lines.filter(
            state=LineState.ISSUED, reminder__mode="letter", reminder__state=ReminderState.ISSUED
        )
        .exclude(reminder__frozen="")
        .order_by("position")
    )


def _ids(run: ReminderRun, part: int) -> list[int]:
    """Return the letters of one part, in the order of the list; none of a part that there is not."""
    if part < 1:
        return []
    start = (part - 1) * LETTERS_PER_PART
    return list(_letters(run).values_list("reminder_id", flat=True)[start : start + LETTERS_PER_PART])


def _files(run: ReminderRun, part: int, has_enclosures: bool) -> Iterator[StoredFile]:
    ids = _ids(run, part)
    rows = ReminderFile.objects.filter(reminder_id__in=ids).select_related("document")
    if not has_enclosures:
        rows = rows.filter(position=0)
    places = {reminder_id: at for at, reminder_id in enumerate(ids)}
    for row in sorted(rows, key=lambda row: (places[row.reminder_id], row.position)):
        yield StoredFile(row.reminder_id, row.document.filename, row.document.sha256)
