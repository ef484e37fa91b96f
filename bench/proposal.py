"""Measure the proposal of a mass reminder of every account.

Usage: python -m bench.proposal  (on the database that bench.overdue made)
"""

from __future__ import annotations

import time

from bench.setup import own_megabytes, start


def main() -> None:
    """Propose once and print the figures."""
    from django.utils import timezone

    from encours.access.scopes import EVERYTHING
    from encours.core.actors import COMMAND_LINE
    from encours.dunning.runs.counting import counts_of
    from encours.dunning.runs.options import RunOptions
    from encours.dunning.runs.proposing import create_run, prepare
    from encours.dunning.runs.selections import RunSelection

    begun, cpu = time.monotonic(), time.process_time()
    run = create_run(
        selection=RunSelection(),
        options=RunOptions(templates=(("email", "E1"), ("letter", "L1"))),
        scope=EVERYTHING,
        actor=COMMAND_LINE,
        now=timezone.now(),
    )
    written = prepare(run_id=run.pk, clock=timezone.now)
    seconds, own = time.monotonic() - begun, time.process_time() - cpu
    print(f"{written} lines in {seconds:.1f} s ({own:.1f} s of processor), {own_megabytes():.0f} MB")
    print(counts_of([run.pk])[run.pk])


if __name__ == "__main__":
    start()
    main()
