"""Run `encours` as a person does: its own process, its own data folder, an address of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

STARTED = re.compile(r"http://127\.0\.0\.1:\d+")
START_SECONDS = 30


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Return the environment of an installed Encours with this data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ENCOURS_", "DJANGO_"))}
    kept.pop("EMAIL_URL", None)
    kept.pop("DATABASE_URL", None)
    return {**kept, "ENCOURS_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", **more}


def encours(
    data_dir: Path, *arguments: str, stdin: str = "", timeout: float = 60, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "encours", *arguments],
        env=environment(data_dir, **more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


class Server:
    """`encours serve` on a port of its own, from ``__enter__`` (it answers) to ``__exit__`` (it is gone)."""

    def __init__(self, data_dir: Path, *arguments: str, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "encours", "serve", "--port", "0", *arguments],
            env=environment(data_dir, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.url = ""

    def __enter__(self) -> Server:
        watchdog = threading.Timer(START_SECONDS, self.process.kill)
        watchdog.start()
        assert self.process.stdout is not None
        found = STARTED.search(self.process.stdout.readline())
        watchdog.cancel()
        assert found is not None, "the server has not started"
        self.url = found[0]
        return self

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        self.process.terminate()
        return self.process.wait(15)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
