"""Compare what pages and acts cost as the data grow, from 10,000 invoices to a million, on both databases.

Usage: bin/bench sizes [--sizes 10k,100k,1M,10M] [--databases sqlite,postgresql] [--kinds list,long]
       [--runs N] [--write]
The data are made once and kept under build/bench; each kind is asked in a process of its own. ``--write``
puts the tables into docs/performance.md between its two marks.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.kept import DATABASES, ROOT, SIZES, USUAL_SIZES, kept_database, read_through, run
from bench.questions import ASKED

RUNS = 40
PAGE = ROOT / "docs" / "performance.md"
QUIET_LOAD = 1.5


@dataclass(frozen=True, slots=True)
class Measured:
    """One question on one size of data."""

    size: str
    label: str
    aim: float
    median: float
    p95: float
    processor: float
    runs: int
    queries: int

    @property
    def cell(self) -> str:
        """Return its three times, the second in bold where it is over the aim."""
        p95 = f"**{self.p95:.0f}**" if self.aim and self.p95 > self.aim else f"{self.p95:.0f}"
        return f"{self.median:.0f} / {p95} / {self.processor:.0f}"


def conditions() -> str:
    """Say when, of what and on what is measured."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return (
        f"{dt.datetime.now(dt.UTC):%d %B %Y}, commit {commit or '?'}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def is_busy() -> bool:
    """Tell whether more work waits than this measurement makes, so that its figures are not final."""
    return os.getloadavg()[0] > QUIET_LOAD


def measure(database: str, size: str, kinds: Sequence[str], runs: int) -> Iterator[Measured]:
    """Yield what was measured of each question, each kind in a process of its own."""
    with kept_database(database, size) as variables:
        for kind in kinds:
            read_through(database, size)
            for line in run(variables, "bench.questions", kind, str(runs)).splitlines():
                yield Measured(size=size, **json.loads(line))


def table(found: Sequence[Measured], sizes: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a table: one question a row, one size a column."""
    yield f"| what | aim | {' | '.join(f'{size} invoices' for size in sizes)} | queries |"
    yield "|---|---|" + "---|" * len(sizes) + "---|"
    by_place = {(one.label, one.size): one for one in found}
    for label in dict.fromkeys(one.label for one in found):
        row = [by_place[label, size] for size in sizes if (label, size) in by_place]
        queries = " to ".join(str(count) for count in sorted({one.queries for one in row}))
        aim = f"{row[0].aim:.0f}" if row[0].aim else ""
        cells = [by_place[label, size].cell if (label, size) in by_place else "" for size in sizes]
        yield f"| {label} | {aim} | {' | '.join(cells)} | {queries} |"


def write(text: str, name: str = "sizes", page: Path = PAGE) -> None:
    """Put what was measured into the document, in place of what is between the marks of that name."""
    begin, end = f"<!-- {name}: from here -->", f"<!-- {name}: to here -->"
    before, _begin, rest = page.read_text(encoding="utf-8").partition(begin)
    _old, mark, after = rest.partition(end)
    if not mark:
        raise SystemExit(f"{page} has lost its marks {begin} and {end}")
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked and print it."""
    parser = argparse.ArgumentParser(prog="bin/bench sizes", description=__doc__)
    for name, known in (("sizes", SIZES), ("databases", DATABASES), ("kinds", ASKED)):
        parser.add_argument(f"--{name}", type=some_of(known), default=list(known), help=",".join(known))
    parser.set_defaults(sizes=list(USUAL_SIZES))
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    busy, start = is_busy(), conditions()
    texts = [f"{start}, {options.runs} runs: median / 95th percentile / processor of the web process, in ms."]
    for database in options.databases:
        found: list[Measured] = []
        for size in options.sizes:
            print(f"{DATABASES[database]}, {size} invoices", file=sys.stderr, flush=True)
            found += measure(database, size, options.kinds, options.runs)
        texts.append("\n".join((f"### {DATABASES[database]}\n", *table(found, options.sizes))))
    if busy or is_busy():
        texts.insert(1, f"**Other work was running (load now {os.getloadavg()[0]:.1f}): not final figures.**")
    text = "\n\n".join(texts)
    print(text, flush=True)
    if options.write:
        write(text)
    return 0


def some_of(known: Collection[str]) -> Callable[[str], list[str]]:
    """Return what reads a list of known names, separated by commas, from the command line."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        if unknown := set(names) - set(known):
            raise argparse.ArgumentTypeError(f"no such thing: {', '.join(sorted(unknown))}")
        return names

    return parse
