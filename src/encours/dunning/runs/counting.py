"""Count the lines of a mass reminder: they alone tell how far it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db.models import Count

from encours.dunning.runs.models import LineState, ReminderRun, RunLine


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines there are of each kind; ``excluded`` are those that a person unticked."""

    to_remind: int = 0
    excluded: int = 0
    left: int = 0
    issued: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """Return the number of accounts."""
        return self.to_remind + self.excluded + self.left + self.issued + self.failed

    @property
    def done(self) -> int:
        """Return how many of those launched have their result."""
        return self.issued + self.failed


def counts_of(run_ids: Collection[int]) -> dict[int, Counts]:
    """Return the counts of some runs, from their lines, in one query on an index."""
    rows = (
        RunLine.objects.filter(run_id__in=run_ids)
        .order_by()
        .values_list("run_id", "state", "is_ticked")
        .annotate(n=Count("id"))
    )
    found: dict[int, dict[str, int]] = {run_id: {} for run_id in run_ids}
    for run_id, state, is_ticked, number in rows:
        kind = "excluded" if state == LineState.TO_REMIND and not is_ticked else state
        found[run_id][kind] = found[run_id].get(kind, 0) + number
    return {run_id: Counts(**numbers) for run_id, numbers in found.items()}


def keep_counts(run_id: int) -> None:
    """Keep the counts of a run that has come to rest, for the list of runs."""
    ReminderRun.objects.filter(pk=run_id).update(counts=asdict(counts_of([run_id])[run_id]))
