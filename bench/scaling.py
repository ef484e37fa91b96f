"""Find where one PostgreSQL ends: room, work and log at each size, the same pages on partitions, a replica.

Usage: bin/bench scaling [--sizes 10k,100k,1M,10M] [--runs 50] [--seconds 20] [--write]
On the data of `bin/bench sizes`; of the largest size a copy in partitions too, and a replica, both removed
at the end. Payments of a cent stay. ``--write`` puts the tables into docs/scaling.md between its two marks.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence

import psycopg

from bench.kept import FOLDER, ROOT, SIZES, USUAL_SIZES, kept_database, run
from bench.limits import LEAST_FOR_AN_END, Means, means_of, rounded, short, table_of_limits
from bench.loads import PAYMENT, Load
from bench.partitions import SCHEMA, partitioned
from bench.replica import follow
from bench.sizes import conditions, is_busy, some_of, write

PAGE = ROOT / "docs" / "scaling.md"
LARGEST = 8
"""How many tables are named; the others are added up."""
Room = tuple[str, int, int, int]
"""Of one table: name, rows (as estimated), bytes of rows, bytes of indexes."""


def rooms(url: str) -> list[Room]:
    """Return what each table takes, the largest first."""
    with psycopg.connect(url) as database:
        return database.execute(
            "SELECT relname, greatest(reltuples, 0)::bigint, pg_table_size(oid), pg_indexes_size(oid) "
            "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "ORDER BY pg_total_relation_size(oid) DESC"
        ).fetchall()


def table_of_rooms(found: Sequence[Room]) -> Iterator[str]:
    """Yield the largest tables, and all of them together."""
    yield "| table | rows | rows, MB | indexes, MB |"
    yield "|---|---|---|---|"
    named = [(f"`{one[0]}`", [one[1:]]) for one in found[:LARGEST]]
    others = [("all others", [one[1:] for one in found[LARGEST:]]), ("together", [one[1:] for one in found])]
    for label, rows in (*named, *others):
        count, room, indexes = (sum(column) for column in zip(*rows, strict=True))
        yield f"| {label} | {count:,} | {rounded(room / 1e6)} | {rounded(indexes / 1e6)} |"


def loads(variables: Mapping[str, str], runs: int, *schema: str) -> list[Load]:
    """Return what `bench.loads` measures there, in a process of its own."""
    return [Load(**one) for one in json.loads(run(variables, "bench.loads", str(runs), *schema))]


def table_of_loads(by_name: Mapping[str, Sequence[Load]]) -> Iterator[str]:
    """Yield what each request takes under each name: the clock, the web process, the database, its pages."""
    yield f"| what | {' | '.join(by_name)} |"
    yield f"|---|{'---|' * len(by_name)}"
    for row in zip(*by_name.values(), strict=True):
        cells = [f"{one.clock:.0f} / {one.web:.0f} / {one.backend:.1f} / {one.pages:,.0f}" for one in row]
        yield f"| {row[0].label} | {' | '.join(cells)} |"


def measure(sizes: Sequence[str], runs: int, seconds: float) -> Iterator[str]:
    """Yield the sections of the document; those of one size alone are of the last, the largest."""
    by_size: dict[str, list[Load]] = {}
    means: list[Means] = []
    for size in sizes:
        print(f"{size} invoices", file=sys.stderr, flush=True)
        with kept_database("postgresql", size) as variables:
            found, by_size[size] = rooms(variables["DATABASE_URL"]), loads(variables, runs)
            means.append(means_of(SIZES[size], by_size[size], sum(one[2] + one[3] for one in found)))
            if size == sizes[-1]:
                yield section(
                    "Work of one request",
                    "Time by the clock / processor of the web process / processor of the database, in ms / "
                    "8 kB pages that the database touched, in memory or not.",
                    *table_of_loads({f"{size} invoices": some for size, some in by_size.items()}),
                )
                yield section("What follows", *table_of_limits(means))
                yield section(f"Room of {size} invoices", *table_of_rooms(found))
                yield in_partitions(variables, size, by_size[size], runs)
                copy = FOLDER / f"postgresql-{size}" / "replica"
                yield section(
                    f"A replica of {size} invoices, on the same machine",
                    *follow(variables["DATABASE_URL"], copy, variables, seconds),
                )


def in_partitions(variables: Mapping[str, str], size: str, before: Sequence[Load], runs: int) -> str:
    """Return the section of the same pages with the invoices in partitions."""
    with partitioned(variables["DATABASE_URL"]) as count:
        after = loads(variables, runs, SCHEMA)
    pages = [load for load in before if load.label != PAYMENT]
    table = table_of_loads({"one table": pages, f"{count} partitions": after})
    return section(f"{size} invoices in partitions by entity and year", *table)


def section(title: str, first: str, *lines: str) -> str:
    """Return a section whose first line is a sentence, or belongs to the others."""
    gap = "" if first.startswith(("|", "-")) else "\n"
    return "\n".join((f"### {title}\n", first + gap, *lines))


def notes(largest: int, *, busy: bool) -> Iterator[str]:
    """Yield what keeps the figures from being final."""
    if largest < LEAST_FOR_AN_END:
        yield f"**A trial at {short(largest)} invoices: far from where one PostgreSQL ends.**"
    if busy:
        yield "**Other work was running: times are not final.**"


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked, print each section as soon as it is there, then write them all."""
    parser = argparse.ArgumentParser(prog="bin/bench scaling", description=__doc__)
    parser.add_argument("--sizes", type=some_of(SIZES), default=list(USUAL_SIZES), help=",".join(SIZES))
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20, help="of payments beside the replica")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    sizes = sorted(options.sizes, key=lambda size: SIZES[size])
    sections = [
        f"{conditions()}, PostgreSQL, {options.runs} requests of each kind.",
        *notes(SIZES[sizes[-1]], busy=is_busy()),
    ]
    print("\n\n".join(sections), flush=True)
    for one in measure(sizes, options.runs, options.seconds):
        print(f"\n{one}", flush=True)
        sections.append(one)
    if options.write:
        write("\n\n".join(sections), "scaling", PAGE)
    return 0
