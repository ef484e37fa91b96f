"""Put a streaming replica beside a PostgreSQL, pay on the first, and tell how far the copy is behind."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg

from bench.kept import ROOT
from bench.timing import percentile_95

PAUSE_SECONDS = 0.1
CATCH_UP_SECONDS = 60.0
Program = Callable[..., None]


def follow(url: str, folder: Path, variables: Mapping[str, str], seconds: float) -> Iterator[str]:
    """Yield what copying took, and how far behind the copy was while payments were made."""
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as first, _replica(url, folder, first) as copy:
        copied = time.monotonic() - began
        command = [sys.executable, "-m", "bench.paying", str(seconds)]
        with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as payer:
            try:
                behind = list(_behind(first, payer))
                paid = int(payer.stdout.read() if payer.stdout else 0)
            finally:
                payer.kill()  # where we are ended before it is
        caught_up = _catch_up(first, copy)
        room = _one(copy, "SELECT pg_database_size(current_database())")
    if len(behind) < 2:
        raise SystemExit("hardly a payment was seen on its way to the replica: give it more --seconds")
    times, most = [one[0] for one in behind], max(one[1] for one in behind)
    yield f"- Copying it with `pg_basebackup` and starting the copy: {copied:.0f} s for {room / 1e6:,.0f} MB."
    yield (
        f"- While one process made {paid:,} payments in {seconds:.0f} s ({paid / seconds:.0f}/s): applied "
        f"there {statistics.median(times):.1f} ms after the commit in the median, "
        f"{percentile_95(times):.1f} ms at the 95th percentile of {len(times)} looks; "
        f"at most {most / 1000:,.0f} kB behind."
    )
    yield f"- Equal again {caught_up * 1000:.0f} ms after the last payment."


def _behind(first: psycopg.Connection, payer: subprocess.Popen[str]) -> Iterator[tuple[float, int]]:
    """Yield milliseconds and bytes, as the first server knows them, until no more is paid."""
    while payer.poll() is None:
        row = first.execute(
            "SELECT extract(epoch FROM replay_lag) * 1000, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) "
            "FROM pg_stat_replication WHERE replay_lag IS NOT NULL"
        ).fetchone()
        if row is not None:
            yield float(row[0]), int(row[1])
        time.sleep(PAUSE_SECONDS)


def _catch_up(first: psycopg.Connection, copy: psycopg.Connection) -> float:
    """Return after how many seconds the copy holds all that the first has written by now."""
    began = time.monotonic()
    written = _one(first, "SELECT pg_current_wal_lsn() - '0/0'")
    while _one(copy, "SELECT pg_last_wal_replay_lsn() - '0/0'") < written:
        if time.monotonic() - began > CATCH_UP_SECONDS:
            raise SystemExit(f"the replica is still behind after {CATCH_UP_SECONDS:.0f} s")
        time.sleep(0.001)
    return time.monotonic() - began


@contextmanager
def _replica(url: str, folder: Path, first: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Yield a connection to a copy of the server on a socket of its own; both end with the block."""
    run, data = _programs(first), ("-D", str(folder))
    host = parse_qs(urlsplit(url).query)["host"][0]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    with TemporaryDirectory(prefix="encours-replica-") as socket:
        try:
            for place in (folder, socket):
                shutil.chown(place, _owner(first))
            run("pg_basebackup", "-h", host, "-U", "postgres", *data, "-X", "stream", "-R", "-c", "fast")
            try:
                run("pg_ctl", *data, "-w", "-l", f"{folder}/log", "-o", f"-h '' -k {socket}", "start")
                with psycopg.connect(host=socket, user="postgres", autocommit=True) as copy:
                    yield copy
            finally:
                run("pg_ctl", *data, "-w", "-m", "fast", "stop")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _programs(server: psycopg.Connection) -> Program:
    """Return what runs a program of the server's own release, as the user it runs as: never as root."""
    row = server.execute("SELECT setting FROM pg_config() WHERE name = 'BINDIR'").fetchone()
    owner = _owner(server) if os.geteuid() == 0 else None

    def run(program: str, *arguments: str) -> None:
        command = [f"{row[0] if row else ''}/{program}", *arguments]
        subprocess.run(command, user=owner, stdout=subprocess.DEVNULL, check=True)

    return run


def _owner(server: psycopg.Connection) -> int:
    row = server.execute("SHOW data_directory").fetchone()
    return Path(row[0] if row else "").stat().st_uid


def _one(server: psycopg.Connection, query: str) -> int:
    row = server.execute(query).fetchone()
    return int(row[0]) if row else 0
