"""Write through a real `encours serve` while its processes are killed, and compare what was acknowledged."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg

from tests.processes import Server
from tests.promises.installation import Installation

WRITERS = 3
REQUEST_SECONDS = 20.0
ONE_OUTAGE_IN = 6
"""So many kills take one process; the next takes the server with all that it started."""
SEED = 500
PAYMENTS_BETWEEN_KILLS = 3
QUIET_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """What was counted."""

    kills: int
    outages: int
    acknowledged: int
    unanswered: int
    missing: int
    doubled: int
    is_whole: bool


@dataclass
class Load:
    """Threads that record payments one after the other, each with a reference of its own."""

    clerk: Mapping[str, str]
    address: str = ""
    acknowledged: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def write_on(self) -> None:
        """Record payments until told to stop."""
        while not self.is_over.is_set():
            reference = f"V{next(self.numbers):06}"
            try:
                status = self._record(reference)
            except (OSError, http.client.HTTPException):
                self.unanswered.append(reference)
                self.is_over.wait(0.1)
                continue
            if status == 302:
                self.acknowledged.append(reference)
            elif status >= 500:
                self.unanswered.append(reference)
            else:
                self.refused.append(f"{reference}: {status}")

    def wait(self, payments: int) -> None:
        """Wait until so many more payments were acknowledged, so that each kill meets a server at work."""
        wanted, deadline = len(self.acknowledged) + payments, time.monotonic() + QUIET_SECONDS
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < deadline, "nothing was acknowledged for a minute"
            time.sleep(0.02)

    def _record(self, reference: str) -> int:
        held = {
            self.clerk["session_name"]: self.clerk["session"],
            self.clerk["token_name"]: self.clerk["token"],
        }
        typed = {
            "csrfmiddlewaretoken": self.clerk["token"],
            "reference": reference,
            "date": "2016-03-01",
            "amount": "12,34",
            "currency": "EUR",
            "method": "virement",
        }
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=REQUEST_SECONDS)
        try:
            connection.request(
                "POST",
                self.clerk["path"],
                urlencode(typed),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": "; ".join(f"{name}={value}" for name, value in held.items()),
                },
            )
            return connection.getresponse().status
        finally:
            connection.close()


def descendants(pid: int) -> list[int]:
    """Return the processes that this one started, and those that they started."""
    found = []
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def kill_while_serving(place: Installation, *, kills: int) -> Served:
    """Serve and write; kill so many times; let it end in peace; compare with the database."""
    chance, outages, done = random.Random(SEED), 0, 0
    load = Load(json.loads(place.run(module="tests.promises.clerk")))
    place.queue("SERVE", kills * 2)
    threads = [threading.Thread(target=load.write_on, daemon=True) for _ in range(WRITERS)]
    while done < kills:
        with _serving(place) as server, _Working(place) as worker:
            load.address = server.url
            if not outages:
                for thread in threads:
                    thread.start()
            for _ in range(min(ONE_OUTAGE_IN - 1, kills - done - 1)):
                done += _kill_one(server, worker, load, chance)
            load.wait(PAYMENTS_BETWEEN_KILLS)
            time.sleep(chance.uniform(0, 0.2))
            for pid in [server.process.pid, *descendants(server.process.pid)]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            done, outages = done + 1, outages + 1
    with _serving(place) as server:
        load.address = server.url
        load.wait(PAYMENTS_BETWEEN_KILLS)
        load.is_over.set()
        for thread in threads:
            thread.join(REQUEST_SECONDS + 5)
    assert load.refused == []
    place.run("check_figures")
    kept = references(place)
    return Served(
        kills=done,
        outages=outages,
        acknowledged=len(load.acknowledged),
        unanswered=len(load.unanswered),
        missing=len(set(load.acknowledged) - set(kept)),
        doubled=len(kept) - len(set(kept)),
        is_whole=is_whole(place),
    )


def _kill_one(
    server: Server, worker: subprocess.Popen[bytes] | None, load: Load, chance: random.Random
) -> int:
    """Kill one process of those that serve or send, a moment from now; return how many were there to kill."""
    load.wait(PAYMENTS_BETWEEN_KILLS)
    time.sleep(chance.uniform(0, 0.2))
    alive = [pid for pid in descendants(server.process.pid) if not descendants(pid)]
    if worker is not None and worker.poll() is None:
        alive.append(worker.pid)
    if not alive:
        return 0
    with suppress(ProcessLookupError):
        os.kill(chance.choice(alive), signal.SIGKILL)
        return 1
    return 0


def _serving(place: Installation) -> Server:
    environment = {key: place.environment[key] for key in ("DATABASE_URL", "EMAIL_URL")}
    return Server(place.folder / "data", **environment)


class _Working:
    """A worker beside the server on PostgreSQL; on SQLite the server has its own."""

    def __init__(self, place: Installation) -> None:
        self._place = place
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> subprocess.Popen[bytes] | None:
        if self._place.database_url.startswith("postgres"):
            self._process = self._place.start("worker", "--lease", "2")
        return self._process

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def references(place: Installation) -> list[str]:
    """Return the references of all payments, read without Encours."""
    asked = "SELECT reference FROM receivables_payment"
    if place.database_url.startswith("postgres"):
        with psycopg.connect(place.database_url) as server:
            return [row[0] for row in server.execute(asked.encode())]
    with sqlite3.connect(_file(place)) as database:
        return [row[0] for row in database.execute(asked)]


def is_whole(place: Installation) -> bool:
    """Tell whether SQLite finds its file intact; PostgreSQL recovers from its own log, and was not killed."""
    if place.database_url.startswith("postgres"):
        return True
    with sqlite3.connect(_file(place)) as database:
        found: list[tuple[str]] = database.execute("PRAGMA integrity_check").fetchall()
    return found == [("ok",)]


def _file(place: Installation) -> Path:
    return place.folder / "data" / "encours.sqlite3"
