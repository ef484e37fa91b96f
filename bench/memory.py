"""Follow the memory of each web process of `encours serve` through many requests.

Usage: bin/bench memory [--requests 10000] [--size 100k] [--database sqlite]
So many requests for each web process, four at a time, of the script of bench.users; every thousandth the
resident memory of each process is printed, and how much of it is its own (a mapped database file is not).
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import secrets
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.kept import DATABASES, SIZES, kept_database, run
from bench.sizes import conditions
from bench.users import ACCOUNTS, Browser, Heard, script, serving
from tests.promises.serving import descendants

BROWSERS = 4
EVERY = 1_000
CALLS_OF_A_CONNECTION = 20
"""After how many calls a browser connects anew: kept for good, all connections may be to one process."""


def memory_of(pid: int) -> str:
    """Return the resident memory of a process, and its own part, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = {
        line.split(":")[0]: int(line.split()[1]) / 1024
        for line in lines
        if line.startswith(("VmRSS:", "RssAnon:"))
    }
    return f"{found['VmRSS']:.0f} ({found['RssAnon']:.0f})"


def web_processes(pid: int) -> list[int]:
    """Return the processes that answer: those of the server that started no other."""
    return [child for child in descendants(pid) if not descendants(child)]


def main(arguments: Sequence[str]) -> int:
    """Ask and follow; exit 1 on any error."""
    parser = argparse.ArgumentParser(prog="bin/bench memory", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="for each web process")
    parser.add_argument("--size", choices=SIZES, default="100k")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    options = parser.parse_args(arguments)
    print(f"{conditions()}\n{options.size} invoices, {options.database}\n")
    with kept_database(options.database, options.size) as variables:
        made = json.loads(run(variables, "bench.people", str(BROWSERS), str(ACCOUNTS)))
        with serving(variables) as server:
            browsers = [Browser(server.url, one, one[made["token_name"]]) for one in made["sessions"]]
            heard = Heard()
            for line in follow(server.process.pid, browsers, made["accounts"], options.requests, heard):
                print(line, flush=True)
    print(f"\n{len(heard.errors)} errors {' '.join(heard.errors[:10])}")
    return 1 if heard.errors else 0


def follow(
    pid: int, browsers: Sequence[Browser], accounts: Sequence[dict[str, object]], requests: int, heard: Heard
) -> Iterator[str]:
    """Yield the rows of a table while the requests are made."""
    processes: list[int] = []
    yield from ("| requests for each process | resident MB of each web process (its own) |", "|---|---|")
    for asked in range(0, requests, min(EVERY, requests)):
        count = min(EVERY, requests)
        processes = processes or web_processes(pid)
        share = count * max(1, len(processes)) // len(browsers)
        threads = [
            threading.Thread(target=_ask, args=(browser, accounts, share, asked + number, heard))
            for number, browser in enumerate(browsers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cells = ", ".join(memory_of(process) for process in web_processes(pid))
        yield f"| {asked + count:,} | {cells} |"


def _ask(
    browser: Browser, accounts: Sequence[dict[str, object]], share: int, seed: int, heard: Heard
) -> None:
    chance, series = random.Random(seed), secrets.token_hex(4)
    calls = itertools.chain.from_iterable(
        script(chance, chance.choice(accounts), f"M-{series}-{turn}") for turn in itertools.count()
    )
    for number, call in enumerate(itertools.islice(calls, share)):
        if number % CALLS_OF_A_CONNECTION == 0:
            browser.close()
        heard.add(call.kind, *browser.ask(call))
