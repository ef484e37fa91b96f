"""Prove the promises at full size on both databases and write the figures to docs/promises.md.

Usage: bin/promises [--only NAME] [--small] [--messages N] [--kills N] [sqlite] [postgres]
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import private_postgres
from tests.promises.archive_page import DOCUMENTS, TAMPERINGS, prove_archive, section
from tests.promises.archiving import Found
from tests.promises.installation import ROOT, installation
from tests.promises.killing import SLOW_SECONDS, Figures, Plan, kill_at_random
from tests.promises.mass_page import FULL, MASS, SMALL, Sizes, prove_mass
from tests.promises.sections import SECTIONS, is_whole, prove_section, section_text, with_section

DOCUMENT = ROOT / "docs" / "promises.md"
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
_SECTION = "\n## "
LEAST_DELIVERED = 0.99
TEXT = """\
# Promises

What is promised, and what was measured when somebody tried to break it.

## Nothing leaves twice, nothing is lost, whatever moment a worker is killed at

{messages:,} messages of 1 to 45 kB wait in the outbox. Three `encours worker --lease 2` send them to a mail
server that is a process of its own, takes up to {slow} ms for each of its answers, and writes down what it
has taken, on disk, before it says so. One of the two workers that have lived longest is killed (SIGKILL)
again and again, at a random moment, all through the run, and another is started. When the kills are over
the workers that are left are asked to stop, and `encours worker --once` sends what remains.

| | {heads} |
|---|{rule}|
{rows}

- **sent twice**: recipients that the server counts more than once, each time beyond the first.
- **lost**: neither at the server nor listed as uncertain by `encours outbox --json`.
- **altered**: received with a SHA-256 that is not that of the bytes kept in the archive.
- **uncertain**: killed after the worker noted that the final dot leaves and before the answer was written
  down. Nobody can know from here, so a person decides.

At least 99 % of the uncertain should have arrived. {verdict}

Between its commit and its dot a worker notes, in a file that outlives it, that the dot leaves now: killed
before that note a message goes back to the queue, so what is uncertain had left but for some microseconds
(docs/adr/0010). Each worker has several connections, so one kill may leave several uncertain messages.

{stamp}

`bin/promises` does it again and writes this page (about ten minutes on each database on two cores);
`bin/promises --messages 300 --kills 50 sqlite` prints a smaller run and leaves the page as it is.
`bin/test` runs 150 messages under 25 kills on each database. It also ends a worker at each named point
between taking a message and settling it, and freezes one there until another has taken over, then wakes it:
see `tests/promises`.
"""
ROWS = {
    "messages": "messages",
    "kills": "workers killed",
    "duplicates": "sent twice",
    "lost": "lost",
    "altered": "altered",
    "unsettled": "still not settled at the end",
    "uncertain": "uncertain",
    "uncertain_delivered": "of these, arrived",
    "seconds": "seconds",
}


def holds(figures: Figures, plan: Plan) -> bool:
    """Tell whether a run was whole and kept the promise."""
    wrong = figures.duplicates + figures.lost + figures.altered + figures.unsettled
    return not wrong and arrived(figures) >= LEAST_DELIVERED and figures.kills >= plan.kills


def arrived(figures: Figures) -> float:
    """Return which share of the uncertain messages reached the server."""
    return figures.uncertain_delivered / figures.uncertain if figures.uncertain else 1.0


def _verdict(measured: Mapping[str, Figures]) -> str:
    shares = [
        f"{'met' if arrived(run) >= LEAST_DELIVERED else '**not met**'} on {NAMES[name]} ({arrived(run):.1%})"
        for name, run in measured.items()
    ]
    return f"In this run that was {', '.join(shares)}."


def prove(name: str, plan: Plan) -> Figures:
    """Run the kills on one database."""
    with ExitStack() as stack:
        url = stack.enter_context(private_postgres()) if name == "postgres" else ""
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="encours-promises-")))
        place = stack.enter_context(
            installation(folder, postgres=url, slow_seconds=SLOW_SECONDS, keeps_content=False)
        )
        return kill_at_random(place, plan)


def page(measured: Mapping[str, Figures]) -> str:
    """Return docs/promises.md."""
    runs = list(measured.values())
    rows = [
        f"| {label} | {' | '.join(f'{getattr(run, key):,.0f}' for run in runs)} |"
        for key, label in ROWS.items()
    ]
    return TEXT.format(
        messages=max(run.messages for run in runs),
        slow=round(SLOW_SECONDS * 1000),
        heads=" | ".join(NAMES[name] for name in measured),
        rule="|".join("---:" for _run in runs),
        rows="\n".join(rows),
        verdict=_verdict(measured),
        stamp=_stamp(),
    )


def _stamp() -> str:
    return f"Measured on {dt.datetime.now(dt.UTC):%d %B %Y} at commit {_commit()}: {_machine()}."


def _commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "?"


def _machine() -> str:
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    model = cpu[1] if cpu else platform.machine()
    return f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}"


def main() -> int:
    """Run what is asked; write the page only after a full run on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", default=[], metavar="sqlite|postgres")
    parser.add_argument("--only", choices=["outbox", *MASS, "archive", *SECTIONS])
    parser.add_argument(
        "--small", action="store_true", help="a few minutes, only printed; not for outbox, archive"
    )
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=500)
    options = parser.parse_args()
    unknown = set(options.databases) - set(NAMES)
    if unknown:
        parser.error(f"no such database: {', '.join(sorted(unknown))}")
    names = options.databases or list(NAMES)
    outcomes = []
    if options.only in {None, "outbox"}:
        outcomes.append(_prove_outbox(names, Plan(messages=options.messages, kills=options.kills)))
    sizes = SMALL if options.small else FULL
    outcomes += [_prove_mass(name, names, sizes) for name in MASS if options.only in {None, name}]
    if options.only in {None, "archive"}:
        outcomes.append(_prove_archive(names))
    outcomes += [
        _prove_section(name, names, options.small) for name in SECTIONS if options.only in {None, name}
    ]
    return 0 if all(outcomes) else 1


def _prove_outbox(names: list[str], plan: Plan) -> bool:
    """Kill workers on each database; write the section only after a full run on both."""
    measured: dict[str, Figures] = {}
    for name in names:
        print(f"… {NAMES[name]}: {plan.messages} messages, {plan.kills} kills", flush=True)
        measured[name] = prove(name, plan)
        print(f"{'ok' if holds(measured[name], plan) else 'BROKEN'}  {measured[name]}", flush=True)
    if list(measured) == list(NAMES) and (plan.messages, plan.kills) == (3000, 500):
        _write(f"## {page(measured).partition(_SECTION)[2]}")
    return all(holds(figures, plan) for figures in measured.values())


def _prove_archive(names: list[str]) -> bool:
    """Tamper with the archive on each database; write the section only after a run on both."""
    measured: dict[str, Found] = {}
    for name in names:
        print(f"… {NAMES[name]}: {TAMPERINGS} tamperings, {DOCUMENTS} documents", flush=True)
        measured[name] = prove_archive(name)
        print(f"{'ok' if measured[name].holds else 'BROKEN'}  {measured[name]}", flush=True)
    if list(measured) == list(NAMES):
        _write(section(measured, NAMES, _stamp()))
    return all(found.holds for found in measured.values())


def _prove_mass(name: str, databases: list[str], sizes: Sizes) -> bool:
    """Prove a promise of mass reminders; write its section only after a full run on both databases."""
    is_kept, text = prove_mass(name, databases, NAMES, sizes, _stamp())
    if sizes == FULL and databases == list(NAMES):
        _write(text)
    else:
        print(text)
    print("ok" if is_kept else "BROKEN", flush=True)
    return is_kept


def _prove_section(name: str, databases: list[str], small: bool) -> bool:
    """Let pytest prove a promise; write its section after a full run on all its databases, if it held."""
    measured = prove_section(name, databases, NAMES, small=small)
    if measured and is_whole(name, databases, small=small):
        _write(section_text(name, measured, NAMES, _stamp()))
    return measured is not None


def _write(text: str) -> None:
    """Put a section into the document, in the place of the one that it had."""
    DOCUMENT.write_text(with_section(DOCUMENT.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
