"""Have many users work at once through `encours serve` on PostgreSQL, and tell how long each answer took.

Usage: bin/bench users [--users 50] [--seconds 60] [--pause 2] [--size 100k] [--database postgresql]
Each user is a thread that follows the script below from a place of its own, and reads for about PAUSE seconds
before the next request; what a page loads after itself is asked at once. Ten seconds come first, and count
only for errors. The threads share the processors with the server. Reminders are composed and never issued;
each payment of one unit stays. Exits 1 on any error.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import secrets
import statistics
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.kept import DATABASES, SIZES, kept_database, read_through, run
from bench.sizes import conditions
from bench.timing import percentile_95
from tests.processes import Server

REQUEST_SECONDS = 30.0
WARM_UP_SECONDS = 10.0
MAX_SECONDS = 600
ACCOUNTS = 400
PANELS = ("balance-agee", "evolution", "effet-des-relances", "plus-gros-encours")
TEXTS = ("gara", "C000", "martin", "sarl", "du", "béran")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the script; ``form`` is what it posts, ``follows``: the page before it asks for it."""

    kind: str
    path: str
    form: Sequence[tuple[str, str]] = ()
    follows: bool = False


@dataclass
class Heard:
    """What was answered to all users: milliseconds by kind, and what was wrong."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    since: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, milliseconds: float, error: str) -> None:
        """Note one answer; that of the warm-up only where it is wrong."""
        with self.lock:
            if time.monotonic() >= self.since:
                self.times.setdefault(kind, []).append(milliseconds)
            if error:
                self.errors.append(f"{kind}: {error}")


class Browser:
    """One signed-in user with a connection that is kept."""

    def __init__(self, address: str, cookies: Mapping[str, str], token: str) -> None:
        place = urlsplit(address)
        self._connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=REQUEST_SECONDS
        )
        self._headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        self._token = token

    def ask(self, call: Call) -> tuple[float, str]:
        """Return how many milliseconds the whole answer took, and what is wrong with it."""
        began = time.perf_counter()
        try:
            status = self._status(call)
            error = "" if status == (302 if call.form else 200) else str(status)
        except (OSError, http.client.HTTPException) as failure:
            self._connection.close()
            error = repr(failure)
        return (time.perf_counter() - began) * 1000, error

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _status(self, call: Call) -> int:
        headers = {**self._headers, **({"HX-Request": "true"} if call.follows else {})}
        if call.form:
            body = urlencode([("csrfmiddlewaretoken", self._token), *call.form])
            self._connection.request("POST", call.path, body, {**headers, **FORM})
        else:
            self._connection.request("GET", call.path, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status


def script(chance: random.Random, account: Mapping[str, Any], reference: str) -> list[Call]:
    """Return what a collector does in one round, with one account in the end."""
    own, invoices = f"/comptes/{account['account']}", account["invoices"]
    text = chance.choice(TEXTS)
    chosen = [("modele", str(account["template"])), *(("factures", str(one)) for one in invoices)]
    paid = {
        "reference": reference,
        "date": account["today"],
        "amount": "1",
        "currency": account["currency"],
    }
    part = (f"montant_{invoices[0]}", "1")
    return [
        Call("list", "/"),
        Call("totals", "/totaux/", follows=True),
        *(
            Call("completion", f"/clients/completion/?{urlencode({'client': text[:n]})}", follows=True)
            for n in (2, 4)
        ),
        Call("list filtered", f"/?{urlencode({'client': text, 'cas': 'echues'})}"),
        Call("list filtered", f"/?{urlencode({'cas': 'relancees_impayees', 'page': chance.randint(1, 20)})}"),
        Call("account", f"{own}/"),
        Call("statement", f"{own}/encours/"),
        Call("step 1", f"{own}/relance/"),
        Call("step 1 sent", f"{own}/relance/", chosen),
        Call("step 2", f"{own}/relance/?etape=2"),
        Call("payment form", f"{own}/reglements/nouveau/"),
        Call("payment", f"{own}/reglements/nouveau/", [*paid.items(), part]),
        Call("dashboard", "/tableau-de-bord/"),
        *(Call("panel", f"/tableau-de-bord/{name}/", follows=True) for name in PANELS),
    ]


def work(
    number: int, browser: Browser, accounts: Sequence[Any], until: float, pause: float, heard: Heard
) -> None:
    """Follow the script until the time is over."""
    chance, series = random.Random(number), secrets.token_hex(4)
    time.sleep(chance.uniform(0, pause))
    for turn in itertools.count():
        calls = script(chance, chance.choice(accounts), f"B-{number}-{series}-{turn}")
        for call in calls[chance.randrange(6) if turn == 0 else 0 :]:
            if not call.follows:
                time.sleep(chance.uniform(0.5, 1.5) * pause)
            if time.monotonic() > until:
                browser.close()
                return
            heard.add(call.kind, *browser.ask(call))


def report(heard: Heard, seconds: float) -> Iterator[str]:
    """Yield the table: each kind, then all of them."""
    every = [one for times in heard.times.values() for one in times]
    yield from ("| request | answers | median ms | p95 ms | slowest ms |", "|---|---|---|---|---|")
    for kind, times in [*heard.times.items(), ("all", every)]:
        yield (
            f"| {kind} | {len(times):,} | {statistics.median(times):.0f} | "
            f"{percentile_95([*times, *times]):.0f} | {max(times):.0f} |"
        )
    yield f"\n{len(heard.errors)} errors, {len(every) / seconds:.1f} requests a second."
    yield from heard.errors[:10]


def main(arguments: Sequence[str]) -> int:
    """Let them work and print what was heard."""
    parser = argparse.ArgumentParser(prog="bin/bench users", description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=2, help="mean seconds between two requests of a user")
    parser.add_argument("--size", choices=SIZES, default="100k")
    parser.add_argument("--database", choices=DATABASES, default="postgresql")
    options = parser.parse_args(arguments)
    seconds = min(options.seconds, MAX_SECONDS)
    heard = Heard()
    print(conditions())
    print(
        f"{options.users} users, {seconds:.0f} s, {options.size} invoices, {options.database}\n", flush=True
    )
    with kept_database(options.database, options.size) as variables:
        made = json.loads(run(variables, "bench.people", str(options.users), str(ACCOUNTS)))
        read_through(options.database, options.size)
        with serving(variables) as server:
            heard.since = time.monotonic() + WARM_UP_SECONDS
            until = heard.since + seconds
            threads = [
                threading.Thread(
                    target=work,
                    args=(
                        number,
                        Browser(server.url, cookies, cookies[made["token_name"]]),
                        made["accounts"],
                        until,
                        options.pause,
                        heard,
                    ),
                )
                for number, cookies in enumerate(made["sessions"])
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(WARM_UP_SECONDS + seconds + 2 * REQUEST_SECONDS)
    print("\n".join(report(heard, seconds)), flush=True)
    return 1 if heard.errors else 0


def serving(variables: Mapping[str, str]) -> Server:
    """Return a server on the data of those variables, without a worker that sends."""
    url = {name: value for name, value in variables.items() if name == "DATABASE_URL"}
    return Server(Path(variables["ENCOURS_DATA_DIR"]), "--no-worker", **url)
