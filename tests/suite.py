"""Run every part of the test suite, all of them even if one fails, and say at the end how each went.

Usage: bin/test [--list] [PART ...]
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from tests.browser.chromium import HINT, find_chromium

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOGS = ROOT / "build" / "test"
TAIL_LINES = 150
STORY = ("tests/browser/test_story.py", "tests/browser/test_story_by_keyboard.py")
"""What is gone through in a browser on PostgreSQL too."""
SPREAD = ("-n", "4", "--dist", "worksteal")
"""Two more than the two cores that we count on: many tests wait for a process, a lease or a server."""
WITHOUT_DATABASE = tuple(f"--ignore=tests/{name}" for name in ("core", "docs", "documents", "settings"))
"""What reads and writes no database, and so is run once."""
ON_POSTGRES = "not browser and not once"
"""What runs commands on a SQLite of its own, whatever the database of the others, has run already."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it runs, how long it may take, and where its counts are if pytest runs it.

    What one that ``says`` wrote is shown though it went well. One that is ``light`` has a single processor
    at work: two of them run side by side.
    """

    name: str
    command: tuple[str, ...]
    limit_seconds: int
    prepare: Callable[[], str] = lambda: ""
    says: bool = False
    light: bool = False

    @property
    def report(self) -> Path:
        """The file in which pytest writes its counts."""
        return LOGS / f"{self.name}.xml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a part went: its counts are those of pytest, or one for the part itself."""

    name: str
    seconds: float
    passed: int
    failed: int
    skipped: int


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def pytest_of(name: str, *arguments: str) -> tuple[str, ...]:
    return tool("pytest", "-q", f"--junit-xml={LOGS / f'{name}.xml'}", *arguments)


def templates() -> tuple[str, ...]:
    return tuple(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("src/**/*.html")))


def prepare_chromium() -> str:
    """Install Debian's Chromium where there is none and we may; return why not, or nothing."""
    if find_chromium() is None and os.getuid() == 0 and shutil.which("apt-get"):
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(
                ["apt-get", *arguments],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdout=subprocess.DEVNULL,
                timeout=600,
                check=False,
            )
    return "" if find_chromium() else HINT


def parts() -> list[Part]:
    """Return all parts in the order in which they run: the quickest to fail first."""
    on_postgres = (sys.executable, "-m", "tests.postgres")
    return [
        Part("ruff", tool("ruff", "check", "."), 120),
        Part("format", tool("ruff", "format", "--check", "."), 120),
        Part("templates", tool("djade", "--check", *templates()), 120),
        Part("types", tool("mypy"), 600, light=True),
        Part("imports", tool("lint-imports"), 120, light=True),
        Part(
            "migrations",
            (
                *(sys.executable, "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"),
                *("--settings", "encours.settings.test"),
            ),
            120,
            light=True,
        ),
        Part("sbom", (sys.executable, "-m", "tests.sbom"), 120, light=True),
        Part("audit", (sys.executable, "-m", "tests.weaknesses"), 300, says=True, light=True),
        Part("wheel", (sys.executable, "-m", "tests.wheel"), 300, light=True),
        Part(
            "story-postgres",
            (*on_postgres, *pytest_of("story-postgres", "-m", "browser", *STORY)),
            300,
            prepare_chromium,
            light=True,
        ),
        Part("sqlite", pytest_of("sqlite", *SPREAD, "-m", "not browser"), 900),
        Part(
            "postgres",
            (*on_postgres, *pytest_of("postgres", *SPREAD, "-m", ON_POSTGRES, *WITHOUT_DATABASE)),
            900,
        ),
        Part(
            "browser",
            pytest_of("browser", "-n", "2", "-m", "browser", "tests/browser"),
            900,
            prepare_chromium,
        ),
    ]


def run(part: Part) -> Outcome:
    """Run one part; show the end of what it wrote only if it failed."""
    print(f"… {part.name}", flush=True)
    start = time.monotonic()
    log = LOGS / f"{part.name}.log"
    part.report.unlink(missing_ok=True)
    problem = part.prepare()
    if problem:
        log.write_text(problem + "\n", encoding="utf-8")
        code = 1
    else:
        code = execute(part.command, log, part.limit_seconds)
    seconds = time.monotonic() - start
    if code or part.says:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        print("\n".join(lines[-TAIL_LINES:]), flush=True)
    passed, failed, skipped = counts(part.report, code)
    return Outcome(part.name, seconds, passed, failed, skipped)


def run_all(parts: Sequence[Part]) -> list[Outcome]:
    """Run parts in their order, neighbours that are light two at a time; return how each went."""
    outcomes: list[Outcome] = []
    for light, neighbours in groupby(parts, key=lambda part: part.light):
        with ThreadPoolExecutor(2 if light else 1) as side_by_side:
            outcomes += side_by_side.map(run, neighbours)
    return outcomes


def execute(command: Sequence[str], log: Path, limit_seconds: int) -> int:
    """Run a command in a session of its own, so that all that it started ends with it."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            return process.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            output.write(f"\nstopped after {limit_seconds} s\n".encode())
            return 1
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)


def counts(report: Path, code: int) -> tuple[int, int, int]:
    """Return passed, failed and skipped; a part without a report of pytest counts as one."""
    if not report.exists():
        return (1, 0, 0) if code == 0 else (0, 1, 0)
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", "0"))
        failed += int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        skipped += int(suite.get("skipped", "0"))
    if code and not failed:
        failed += 1
        total += 1
    return total - failed - skipped, failed, skipped


def sentence(passed: int, failed: int, skipped: int) -> str:
    """Return counts as pytest's closing line has them."""
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def main(arguments: Sequence[str]) -> int:
    """Run the parts named, or all; return 1 if one of them failed."""
    known = parts()
    if "--list" in arguments:
        print("\n".join(part.name for part in known))
        return 0
    unknown = set(arguments) - {part.name for part in known}
    if unknown:
        print(f"no such part: {', '.join(sorted(unknown))} (bin/test --list names them)", file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    outcomes = run_all([part for part in known if not arguments or part.name in arguments])
    print()
    for one in outcomes:
        verdict = "FAILED" if one.failed else "ok"
        counted = sentence(one.passed, one.failed, one.skipped)
        print(f"{verdict:<6} {one.seconds:6.1f} s  {one.name:<10} {counted}")
    print(f"total  {time.monotonic() - start:6.1f} s")
    failed = sum(one.failed for one in outcomes)
    print(sentence(sum(one.passed for one in outcomes), failed, sum(one.skipped for one in outcomes)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
