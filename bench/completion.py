"""Measure the search of a customer as one types, as the server answers it, on what `encours seed` filled.

Usage: python -m bench.completion [QUERIES]  (nothing is changed but two users «bench…»). Writes Markdown
rows: median and 95th percentile of each kind of text, for who sees all entities and for who sees one.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bench.setup import own_megabytes, signed_in, start

if TYPE_CHECKING:
    from django.test import Client

WARM_UP = 20
SEED = 20160516
ADDRESSES = {"completion": "/clients/completion/", "palette": "/recherche/"}
PARAMETERS = {"completion": "client", "palette": "q"}


def measure(count: int) -> Iterator[str]:
    """Yield one row of the table per kind of text, page and reader."""
    from encours.parties.models import Customer

    names = list(Customer.objects.values_list("search_name", flat=True))
    rng = random.Random(SEED)
    yield from (
        f"{len(names):,} customers, {count:,} texts of each kind.\n",
        "| page | reader | texts | median ms | p95 ms | slowest ms |",
        "|---|---|---|---|---|---|",
    )
    texts = {kind: [draw(rng, rng.choice(names)) for _ in range(count)] for kind, draw in KINDS.items()}
    for reader, client in (
        ("all entities", signed_in()),
        ("one entity", signed_in("bench1", "EDO")),
    ):
        for page, address in ADDRESSES.items():
            for kind, asked in texts.items():
                yield f"| {page} | {reader} | {kind} | {_row(client, address, PARAMETERS[page], asked)} |"
    yield f"\nMemory of the process: {own_megabytes():.0f} MB."


def _part(size: int) -> Callable[[random.Random, str], str]:
    def draw(rng: random.Random, name: str) -> str:
        at = rng.randrange(max(1, len(name) - size + 1))
        return name[at : at + size]

    return draw


def _two_words(rng: random.Random, name: str) -> str:
    words = name.split()
    return " ".join(word[: rng.randint(2, 5)] for word in rng.sample(words, min(2, len(words))))


def _misspelt(rng: random.Random, name: str) -> str:
    at = rng.randrange(len(name))
    return name[:at] + rng.choice("xzqk") + name[at + 1 :]


KINDS: dict[str, Callable[[random.Random, str], str]] = {
    "one letter": _part(1),
    "two letters": _part(2),
    "two letters that few names have": lambda rng, _name: rng.choice("qxzwkj") + rng.choice("qxzwkj"),
    "three letters": _part(3),
    "five letters": _part(5),
    "beginning of the code": lambda rng, name: name[: rng.randint(2, 7)],
    "end of the code": lambda rng, name: name.split()[0][-rng.randint(3, 6) :],
    "beginnings of two words": _two_words,
    "a whole name": lambda _rng, name: name,
    "a misspelt name": _misspelt,
}


def _row(client: Client, address: str, parameter: str, texts: list[str]) -> str:
    times = []
    for number, text in enumerate([*texts[:WARM_UP], *texts]):
        began = time.perf_counter()
        answer = client.get(address, {parameter: text}, headers={"HX-Request": "true"})
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address} {text!r} (number {number}): {answer.status_code}")
    times = times[WARM_UP:] if len(texts) > WARM_UP else times
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.1f} | {p95:.1f} | {max(times):.1f}"


if __name__ == "__main__":
    start()
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 500):
        print(line, flush=True)
