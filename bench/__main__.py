"""Run the measurements, each in fresh processes on new data, on both databases, and print what they say.

Usage: bin/bench [--small] [NAME]...  (all of them by default: about an hour at full size on two cores)
       bin/bench sizes|users|memory|paint|scaling [OPTION]...  (on data that are kept; each has a --help)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import memory, paint, scaling, sizes, users
from bench.kept import SETTINGS
from tests.postgres import end_in_order, private_postgres

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 3600.0
Steps = Sequence[tuple[str, ...]]
"""What is run one after the other on one database: a module and its arguments."""

STATIC = ("django", "collectstatic", "--noinput", "--verbosity=0", "--settings=encours.settings.production")
FULL: dict[str, Steps] = {
    "imports": [("bench.imports", "100000")],
    "list": [
        ("encours", "migrate"),
        STATIC,
        ("encours", "seed", "--customers", "100000", "--invoices", "1000000"),
        ("bench.account_list", "15"),
    ],
    "completion": [
        ("encours", "migrate"),
        STATIC,
        ("encours", "seed", "--customers", "100000", "--invoices", "100000"),
        ("bench.completion", "500"),
    ],
    "mass": [
        ("bench.overdue", "100000"),
        ("bench.issuing", "letter", "10000"),
        ("bench.issuing", "email", "10000"),
    ],
    "proposal": [("bench.overdue", "100000"), ("bench.proposal", "10000"), ("bench.proposal",)],
    "outbox": [("bench.outbox", "600", "5")],
    "verify": [("bench.verify", "100000")],
    "backup": [("bench.backup", "1000"), ("bench.backup", "100000")],
    "documents": [("bench.documents", "10000")],
}
SMALL: dict[str, Steps] = {
    "imports": [("bench.imports", "2000")],
    "list": [
        ("encours", "migrate"),
        STATIC,
        ("encours", "seed", "--customers", "1000", "--invoices", "10000"),
        ("bench.account_list", "3"),
    ],
    "completion": [
        ("encours", "migrate"),
        STATIC,
        ("encours", "seed", "--customers", "1000", "--invoices", "1000"),
        ("bench.completion", "40"),
    ],
    "mass": [
        ("bench.overdue", "500"),
        ("bench.issuing", "letter", "100"),
        ("bench.issuing", "email", "100"),
    ],
    "proposal": [("bench.overdue", "500"), ("bench.proposal", "100"), ("bench.proposal",)],
    "outbox": [("bench.outbox", "200", "1")],
    "verify": [("bench.verify", "500")],
    "backup": [("bench.backup", "100"), ("bench.backup", "500")],
    "documents": [("bench.documents", "100")],
}
WITHOUT_DATABASE = {"documents"}
ON_KEPT_DATA: dict[str, Callable[[Sequence[str]], int]] = {
    "sizes": sizes.main,
    "users": users.main,
    "memory": memory.main,
    "paint": paint.main,
    "scaling": scaling.main,
}


def measure(steps: Steps, database_url: str) -> int:
    """Run the steps on new data; return 0, or the code of the first that failed."""
    with tempfile.TemporaryDirectory(prefix="encours-bench-") as folder:
        variables = {**os.environ, "ENCOURS_DATA_DIR": folder}
        variables.pop("DATABASE_URL", None)
        if database_url:
            variables["DATABASE_URL"] = database_url
        for module, *arguments in steps:
            command = [sys.executable, "-m", module, *arguments]
            done = subprocess.run(command, cwd=ROOT, env=variables, timeout=LIMIT_SECONDS, check=False)
            if done.returncode:
                print(f"{module} {' '.join(arguments)}: exit {done.returncode}", flush=True)
                return done.returncode
    return 0


def measure_everywhere(name: str, steps: Steps) -> int:
    """Measure on SQLite, then on a PostgreSQL of its own where a database matters."""
    print(f"\n## {name}, SQLite", flush=True)
    failed = measure(steps, "")
    if name not in WITHOUT_DATABASE:
        print(f"\n## {name}, PostgreSQL", flush=True)
        with ExitStack() as stack:
            failed += measure(steps, stack.enter_context(private_postgres(SETTINGS)))
    return failed


def main() -> int:
    """Run what is asked; exit 1 where a measurement failed."""
    end_in_order()
    if sys.argv[1:] and sys.argv[1] in ON_KEPT_DATA:
        return ON_KEPT_DATA[sys.argv[1]](sys.argv[2:])
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FULL))
    parser.add_argument("--small", action="store_true", help="a few minutes: to see that all of it runs")
    options = parser.parse_args()
    unknown = set(options.names) - set(FULL)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    print(sizes.conditions(), flush=True)
    chosen = SMALL if options.small else FULL
    return min(1, sum(measure_everywhere(name, chosen[name]) for name in options.names or FULL))


if __name__ == "__main__":
    sys.exit(main())
