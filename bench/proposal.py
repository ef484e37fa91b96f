"""Measure the proposal of a mass reminder of every account, or of the first COUNT.

Usage: python -m bench.proposal [COUNT]  (on the database that bench.overdue made)
"""

from __future__ import annotations

import sys
import time

from bench.setup import counted_statements, own_megabytes, peak_megabytes, start


def main(count: int | None = None) -> None:
    """Propose once and print the figures."""
    from django.db import connection
    from django.utils import timezone

    from encours.access.scopes import EVERYTHING
    from encours.core.actors import COMMAND_LINE
    from encours.dunning.runs.counting import counts_of
    from encours.dunning.runs.options import RunOptions
    from encours.dunning.runs.proposing import create_run, prepare
    from encours.dunning.runs.selections import RunSelection
    from encours.parties.models import Account

    ids = tuple(Account.objects.order_by("id").values_list("id", flat=True)[:count]) if count else ()
    with counted_statements() as statements:
        begun, cpu = time.monotonic(), time.process_time()
        run = create_run(
            selection=RunSelection(account_ids=ids),
            options=RunOptions(templates=(("email", "E1"), ("letter", "L1"))),
            scope=EVERYTHING,
            actor=COMMAND_LINE,
            now=timezone.now(),
        )
        written = prepare(run_id=run.pk, clock=timezone.now)
        seconds, own = time.monotonic() - begun, time.process_time() - cpu
    print(
        f"{connection.vendor}: {written} lines in {seconds:.1f} s ({own:.1f} s of processor,"
        f" {seconds / written * 100_000:.1f} s for 100,000), {len(statements)} statements,"
        f" {own_megabytes():.0f} MB, at most {peak_megabytes():.0f} MB with mapped files"
    )
    print(counts_of([run.pk])[run.pk])


if __name__ == "__main__":
    start()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
