"""Say what pages and a payment ask of PostgreSQL itself: processor time, pages touched, log written.

Usage: python -m bench.loads RUNS [SCHEMA]  (on a filled PostgreSQL; prints JSON)
With SCHEMA, whose tables are read in place of ours, only pages are asked. Payments of a cent stay.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bench.questions import DRAWN
from bench.setup import start

WARM_UP = 3
PAGES = "SELECT sum(hits + reads) FROM pg_stat_get_backend_io(pg_backend_pid())"
"""Asked for by this connection so far, found in memory or not (PostgreSQL 18 counts by connection)."""
LOG = "SELECT wal_bytes FROM pg_stat_get_backend_wal(pg_backend_pid())"
PAYMENT = "recording and allocating a payment"
PANELS = ("balance-agee", "evolution", "effet-des-relances", "plus-gros-encours")
Asked = tuple[str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Load:
    """What one request of a kind takes; milliseconds, pages of 8 kB, bytes."""

    label: str
    clock: float
    web: float
    backend: float
    """Processor time of the connection's process, not of parallel workers nor of what writes behind it."""
    pages: float
    log: float


def load_of(label: str, ask: Callable[[], object], runs: int, warm_up: int) -> Load:
    """Ask so many times and return what one takes: the median by the clock, means of what adds up."""
    for _ in range(warm_up):
        ask()
    pid, times = _one("SELECT pg_backend_pid()"), []
    pages, log, used, own = _one(PAGES), _one(LOG), _processor_seconds(pid), time.process_time()
    for _ in range(runs):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    own, used = time.process_time() - own, _processor_seconds(pid) - used
    if _one("SELECT pg_backend_pid()") != pid:
        raise SystemExit(f"{label}: the connection was opened anew, so its process was not measured")
    return Load(
        label=label,
        clock=statistics.median(times),
        web=own / runs * 1000,
        backend=used / runs * 1000,
        pages=(_one(PAGES) - pages) / runs,
        log=(_one(LOG) - log) / runs,
    )


def _processor_seconds(pid: int) -> float:
    """Return the processor time that a process took so far."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _one(query: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")  # what was counted is told when this has ended
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def ask_pages(today: dt.date) -> Iterator[Asked]:
    """Yield the pages of a day, each with how it is asked for."""
    from bench.account_list import get, usual_filter
    from bench.people import accounts_to_remind
    from bench.setup import signed_in
    from encours.access.scopes import EVERYTHING
    from encours.desk.queries import list_accounts

    client, usual = signed_in(), usual_filter(today)
    last = list_accounts(EVERYTHING, usual, today).page_count
    paid = {one.account for one in accounts_to_remind(DRAWN, today)}  # they grow with each measurement
    one = next(one for one in accounts_to_remind(2 * DRAWN, today) if one.account not in paid)
    for label, address in (
        ("list of 25, first page", f"/?{usual.to_query()}"),
        ("list of 25, last page", f"/?{usual.on_page(last).to_query()}"),
        ("totals of the list", f"/totaux/?{usual.to_query()}"),
        ("page of an account", f"/comptes/{one.account}/"),
        ("step 1 of a reminder", one.reminder),
        *((f"dashboard, {name}", f"/tableau-de-bord/{name}/") for name in PANELS),
    ):
        yield label, partial(get, client, address)


def ask_payments(today: dt.date) -> Iterator[Asked]:
    """Yield a payment of a cent and its allocation."""
    from bench.questions import ask_payment

    for _label, _aim, pay in ask_payment(today):
        yield PAYMENT, pay


def measure(runs: int, schema: str) -> Iterator[Load]:
    """Yield the load of each page, then of a payment where the tables are ours."""
    from django.db import connection
    from django.utils import timezone

    from encours.core.days import paris_date

    if schema:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', %s, false)", [f"{schema}, public"])
    today = paris_date(timezone.now())
    for label, ask in ask_pages(today):
        yield load_of(label, ask, runs, WARM_UP)
    for label, ask in () if schema else ask_payments(today):
        yield load_of(label, ask, runs, DRAWN)  # each account once: a page is logged whole the first time


if __name__ == "__main__":
    start()
    found = measure(int(sys.argv[1]), (sys.argv[2:] or [""])[0])
    print(json.dumps([asdict(load) for load in found]))
