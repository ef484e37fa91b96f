"""Measure how many documents a second `encours verify` checks, and that it raises no false alarm.

Usage: python -m bench.verify [DOCUMENTS [BYTES]]  (into ENCOURS_DATA_DIR or DATABASE_URL, which must be new)
"""

from __future__ import annotations

import sys
import time

from bench.setup import own_megabytes, start

RUNS = 3


def measure(count: int, size: int) -> None:
    """Fill the archive, verify it several times, and print the best rate."""
    from django.core.management import call_command

    from encours.archive.verify import verify_archive
    from tests.promises.archiving import fill_with_documents

    call_command("migrate", verbosity=0)
    fill_with_documents(count, size)
    best, problems = float("inf"), 0
    for _run in range(RUNS):
        before = time.perf_counter()
        result = verify_archive()
        best, problems = min(best, time.perf_counter() - before), result.problem_count
    print(f"{count:,} documents of about {size:,} bytes: {count / best:,.0f} a second")
    print(f"{problems} false alarms, {own_megabytes():.0f} MB")


if __name__ == "__main__":
    start()
    given = [int(text) for text in sys.argv[1:3]]
    measure(*(given + [100_000, 20_000][len(given) :]))
