"""Measure a backup and its restore on the same engine: seconds, size, and the most memory.

Usage: python -m bench.backup DOCUMENTS [BYTES]  (20 kB each unless said; beside DATABASE_URL, or in SQLite)
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.setup import start
from tests.promises.installation import Installation, installation

BYTES = 20_000
CHUNK = 500


def fill(count: int, size: int) -> None:
    """Issue that many documents of incompressible bytes."""
    from django.db import transaction
    from django.utils import timezone

    from encours.archive import chain, store

    chance = random.Random(1)
    for first in range(0, count, CHUNK):
        with transaction.atomic():
            kept = store.put_all([chance.randbytes(size) for _one in range(min(CHUNK, count - first))])
            documents = [
                chain.NewDocument("letter", f"TOP-{first + at}", "a.pdf", "application/pdf", sha256)
                for at, sha256 in enumerate(kept)
            ]
            chain.issue_all(chain="TOP", documents=documents, now=timezone.now())


def timed(place: Installation, *arguments: str) -> tuple[float, float]:
    """Run a command; return its seconds and its most memory in MB."""
    start_of_it = time.perf_counter()
    command = [sys.executable, "-m", "encours", *arguments]
    process = subprocess.Popen(command, env=place.environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(arguments)}: exit {process.returncode}")
    return time.perf_counter() - start_of_it, usage.ru_maxrss / 1024


def measure(count: int, size: int) -> None:
    """Fill a new installation, back it up, restore it on another, verify that, and print what each took."""
    with tempfile.TemporaryDirectory(prefix="encours-bench-") as name:
        folder = Path(name)
        for own in ("first", "second"):
            (folder / own).mkdir()
        with installation(folder / "first") as first, installation(folder / "second") as second:
            first.run("fill", str(count), str(size), module="bench.backup", seconds=3600)
            backup = folder / "encours.tar"
            for place, arguments in (
                (first, ("backup", str(backup))),
                (second, ("restore", "--dry-run", str(backup))),
                (second, ("restore", str(backup))),
                (second, ("verify",)),
            ):
                seconds, megabytes = timed(place, *arguments)
                print(
                    f"{count} documents, {' '.join(arguments[:-1] or arguments)}: {seconds:.1f} s, "
                    f"{megabytes:.0f} MB of memory, file of {backup.stat().st_size / 1e6:.0f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        start()
        fill(int(sys.argv[2]), int(sys.argv[3]))
    else:
        measure(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else BYTES)
