"""Keep filled databases under build/bench: each is made once by `encours seed`, then only migrated."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import private_server

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench"
SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
USUAL_SIZES = ("10k", "100k", "1M")
"""Those that are measured where none is named: 10M takes some 12 GB, and most of an hour to be made."""
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CUSTOMERS_OF_INVOICES = 10
COMMAND_SECONDS = 3600.0
LEAST_FILLED_A_SECOND = 1_000
"""How many invoices a slow machine is given a second for, before its filling is taken for stuck."""
SETTINGS = "\nshared_buffers = 1GB\nmax_wal_size = 4GB\n"
"""What docs/operations.md has PostgreSQL be given for a million invoices."""


@contextmanager
def kept_database(database: str, size: str) -> Iterator[dict[str, str]]:
    """Yield the variables under which commands find a filled and migrated database, and its server if any."""
    folder = FOLDER / f"{database}-{size}"
    mark = folder / "filled"
    if folder.exists() and not mark.exists():
        shutil.rmtree(folder)  # an earlier filling was interrupted
    folder.mkdir(parents=True, exist_ok=True)
    variables = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    variables["ENCOURS_DATA_DIR"] = str(folder)
    if database == "sqlite":
        yield _filled(variables, mark, SIZES[size])
        return
    with private_server(folder / "postgres", SETTINGS) as server:
        yield _filled({**variables, "DATABASE_URL": server.url}, mark, SIZES[size])


def read_through(database: str, size: str) -> None:
    """Have the operating system hold the files in memory, as it does where they are used all day.

    A machine may let go of what nobody read for a minute: then a page of disk is measured, not a page.
    """
    for path in (FOLDER / f"{database}-{size}").rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 20):
                    pass


def run(variables: Mapping[str, str], module: str, *arguments: str, seconds: float = COMMAND_SECONDS) -> str:
    """Run a module in a process of its own and return what it printed; raise where it failed."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, timeout=seconds, check=True
    )
    return done.stdout


def _filled(variables: dict[str, str], mark: Path, invoices: int) -> dict[str, str]:
    run(variables, "encours", "migrate")
    run(variables, "django", "collectstatic", "--noinput", "-v0", "--settings=encours.settings.production")
    if not mark.exists():
        options = ("--customers", str(invoices // CUSTOMERS_OF_INVOICES), "--invoices", str(invoices))
        seconds = max(COMMAND_SECONDS, invoices / LEAST_FILLED_A_SECOND)
        run(variables, "encours", "seed", *options, seconds=seconds)
        mark.touch()
    return variables
