"""An Encours with a database and a mail server of its own, all of it in processes of their own."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.mailserver import Received, read_index
from tests.processes import environment

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND_SECONDS = 300.0


@dataclass
class MailProcess:
    """``python -m tests.mailserver``: what it has taken is in its folder, and announced as it comes."""

    folder: Path
    slow_seconds: float = 0
    keeps_content: bool = True
    faults: Sequence[tuple[str, str, str]] = ()
    taken: queue.Queue[str] = field(default_factory=queue.Queue)
    url: str = ""

    def __enter__(self) -> MailProcess:
        options = ["--folder", str(self.folder), "--slow", str(self.slow_seconds), "--announce"]
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.mailserver",
                *options,
                *([] if self.keeps_content else ["--discard"]),
                *(word for fault in self.faults for word in ("--fault", *fault)),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = f"smtp://127.0.0.1:{int(self._process.stdout.readline())}/"
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.taken.put(line.strip())

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        if self._process.stdout is not None:
            self._process.stdout.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the server be silent for a while: nothing is taken, nobody is answered."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def received(self) -> list[Received]:
        """Return every envelope taken so far; its content is its SHA-256."""
        return read_index(self.folder)


@dataclass(frozen=True)
class Installation:
    """A data folder, a database and a mail server, and how to run commands on them."""

    folder: Path
    database_url: str
    mail: MailProcess

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that a person would set."""
        return environment(self.folder / "data", DATABASE_URL=self.database_url, EMAIL_URL=self.mail.url)

    def run(
        self, *arguments: str, module: str = "encours", expect: int = 0, seconds: float = COMMAND_SECONDS
    ) -> str:
        """Run a command to its end, check its exit code and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def read(self, *arguments: str) -> dict[str, Any]:
        """Run a command with --json and return its object."""
        found: dict[str, Any] = json.loads(self.run(*arguments, "--json"))
        return found

    def outbox(self) -> list[dict[str, Any]]:
        """Return the messages of `encours outbox --json`."""
        messages: list[dict[str, Any]] = self.read("outbox")["messages"]
        return messages

    def queue(self, reference: str, count: int) -> None:
        """Put messages in the outbox: those of ``tests.promises.queueing``."""
        self.run(reference, str(count), module="tests.promises.queueing")

    def start(self, *arguments: str, module: str = "encours") -> subprocess.Popen[bytes]:
        """Start a command and let it run; what it says is added to commands.log."""
        with (self.folder / "commands.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )


@contextmanager
def installation(
    folder: Path,
    *,
    postgres: str | None = None,
    slow_seconds: float = 0,
    keeps_content: bool = True,
    faults: Sequence[tuple[str, str, str]] = (),
) -> Iterator[Installation]:
    """Yield a migrated Encours on a new database: of a PostgreSQL (that of DATABASE_URL) or else SQLite."""
    server = os.environ.get("DATABASE_URL", "") if postgres is None else postgres
    mail = MailProcess(folder / "mail", slow_seconds, keeps_content, faults)
    with _database(folder, server) as url, mail:
        made = Installation(folder, url, mail)
        made.run("migrate")
        yield made


@contextmanager
def _database(folder: Path, url: str) -> Iterator[str]:
    if not url.startswith("postgres"):
        (folder / "data").mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{folder / 'data' / 'encours.sqlite3'}"
        return
    name = f"promises_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
