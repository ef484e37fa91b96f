"""Have a real Chromium open pages of `encours serve`: what is transferred, when it is painted, what shifts.

Usage: bin/bench paint [--runs 9] [--size 10k] [--database sqlite] [--write]
Each run of each page begins in a new, empty browser (cold), then opens the page again with what it has
kept (warm). Bytes are those on the wire with their headers, compressed as served. The largest paint is the
last candidate before anything is touched; the shift is the worst of all runs, at 1440 and at 390 px.
``--write`` puts the table into docs/performance.md between its two marks. Exits 1 where an aim is missed
that does not depend on the machine: bytes and shifts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.kept import DATABASES, SIZES, kept_database, run
from bench.sizes import conditions, is_busy, write
from bench.users import serving
from tests.browser.chromium import HINT, find_chromium
from tests.browser.traffic import Traffic

RUNS = 9
WIDTHS = (1440, 390)
HEIGHT = 900
STEP_MILLISECONDS = 30_000
MOST_HTML, MOST_COLD, MOST_WARM = 20_000, 250_000, 70_000
MOST_PAINT_MILLISECONDS = 600

OBSERVE = """
window.seen = {paint: 0, shift: 0, moved: []};
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) seen.paint = one.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
        seen.shift += one.value;
        for (const source of one.sources) {
            const node = source.node?.nodeType === 1 ? source.node : source.node?.parentElement;
            seen.moved.push(node ? node.outerHTML.slice(0, 90) : "?");
        }
    }
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Visit:
    """What one opening of a page came to: bytes of its HTML and of all, milliseconds, the shift."""

    html: int = 0
    transferred: int = 0
    paint: float = 0.0
    shift: float = 0.0
    moved: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Measured:
    """One page over all runs; the shift and what moved are the worst."""

    label: str
    html: float
    cold: float
    warm: float
    cold_paint: float
    warm_paint: float
    shift: float
    moved: tuple[str, ...]

    @property
    def missed(self) -> list[str]:
        """Say which aims that do not depend on the machine are missed."""
        asked = (
            ("HTML", self.html, MOST_HTML if self.label.startswith("list") else self.html),
            ("cold", self.cold, MOST_COLD),
            ("warm", self.warm, MOST_WARM),
        )
        found = [
            f"{self.label}: {name} {value:,.0f} bytes over {most:,}"
            for name, value, most in asked
            if value > most
        ]
        shifted = [f"{self.label}: shift {self.shift:.4f} of {', '.join(self.moved)}"] if self.shift else []
        return found + shifted

    @property
    def row(self) -> str:
        """Return its row of the table, figures over their aims in bold."""
        bold = "**{}**".format
        paints = [
            bold(f"{one:.0f}") if one > MOST_PAINT_MILLISECONDS else f"{one:.0f}"
            for one in (self.cold_paint, self.warm_paint)
        ]
        sizes = " | ".join(f"{one / 1000:.1f}" for one in (self.html, self.cold, self.warm))
        shift = bold(f"{self.shift:.4f}") if self.shift else "0"
        return f"| {self.label} | {sizes} | {paints[0]} / {paints[1]} | {shift} |"


class Watched:
    """A page of a browser that counts what comes over the wire."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.traffic = Traffic(self.page)
        self._visit, self._documents = Visit(), set[str]()
        session = context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._begin)
        session.on("Network.loadingFinished", self._finish)

    def _begin(self, event: Mapping[str, Any]) -> None:
        if event["type"] == "Document":
            self._documents.add(event["requestId"])

    def _finish(self, event: Mapping[str, Any]) -> None:
        self._visit.transferred += int(event["encodedDataLength"])
        if event["requestId"] in self._documents:
            self._visit.html += int(event["encodedDataLength"])

    def open(self, address: str) -> Visit:
        """Open a page as if the address was typed, and wait until nothing more is asked for."""
        self.page.goto("about:blank")
        self._visit = Visit()
        answer = self.page.goto(address, wait_until="load")
        if answer is None or answer.status != 200:
            raise SystemExit(f"{address}: {answer and answer.status}")
        self.traffic.settle()
        seen = self.page.evaluate("window.seen")
        visit = self._visit
        visit.paint, visit.shift, visit.moved = seen["paint"], seen["shift"], seen["moved"]
        return visit


def measure(label: str, address: str, browser: Browser, options: Mapping[str, Any], runs: int) -> Measured:
    """Open a page cold and warm, so many times at the first width; of the others only the shift is kept."""
    cold, warm, narrow = [], [], []
    for width in WIDTHS:
        for _ in range(runs if width == WIDTHS[0] else 1):
            with _context(browser, options, width) as context:
                watched = Watched(context)
                visits = [watched.open(address), watched.open(address)]
            if width == WIDTHS[0]:
                cold.append(visits[0])
                warm.append(visits[1])
            else:
                narrow += visits
    worst = max((*cold, *warm, *narrow), key=lambda visit: visit.shift)
    return Measured(
        label,
        statistics.median(visit.html for visit in cold),
        *(statistics.median(visit.transferred for visit in visits) for visits in (cold, warm)),
        *(statistics.median(visit.paint for visit in visits) for visits in (cold, warm)),
        worst.shift,
        tuple(dict.fromkeys(worst.moved)),
    )


def _context(browser: Browser, options: Mapping[str, Any], width: int) -> BrowserContext:
    context = browser.new_context(
        locale="fr-FR",
        timezone_id="Europe/Paris",
        base_url=options["url"],
        viewport={"width": width, "height": HEIGHT},
    )
    context.set_default_timeout(STEP_MILLISECONDS)
    context.add_cookies(options["cookies"])
    context.add_init_script(OBSERVE)
    return context


def pages(made: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is opened: its label and its address."""
    own = f"/comptes/{made['accounts'][0]['account']}"
    yield "list of 25 accounts", "/?par_page=25"
    yield "account", f"{own}/"
    yield "reminder, step 1", f"{own}/relance/"
    yield "reminder, step 2", f"{own}/relance/?etape=2"
    yield "dashboard", "/tableau-de-bord/"


def open_all(url: str, made: Mapping[str, Any], runs: int) -> Iterator[Measured]:
    """Yield every page as it was measured."""
    cookies = [{"name": name, "value": value, "url": url} for name, value in made["sessions"][0].items()]
    options = {"url": url, "cookies": cookies}
    executable = find_chromium()
    if executable is None:
        raise SystemExit(HINT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        with _context(browser, options, WIDTHS[0]) as context:  # a draft, so that step 2 can be opened
            page = context.new_page()
            page.goto(f"/comptes/{made['accounts'][0]['account']}/relance/")
            page.get_by_role("button", name="Suivant >").click()
            page.wait_for_url("**etape=2")
        for label, address in pages(made):
            print(label, file=sys.stderr, flush=True)
            yield measure(label, address, browser, options, runs)
        browser.close()


def main(arguments: Sequence[str]) -> int:
    """Open everything and print what was seen."""
    parser = argparse.ArgumentParser(prog="bin/bench paint", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--size", choices=SIZES, default="10k")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args(arguments)
    busy, start = is_busy(), conditions()
    with kept_database(options.database, options.size) as variables:
        made = json.loads(run(variables, "bench.people", "1", "1"))
        with serving(variables) as server:
            found = list(open_all(server.url, made, options.runs))
    lines = [
        f"{start}, {DATABASES[options.database]}, {options.size} invoices, {options.runs} runs: medians.",
        "",
        "| page | HTML kB | cold kB | warm kB | largest paint ms, cold / warm | layout shift |",
        "|---|---|---|---|---|---|",
        f"| aim | {MOST_HTML // 1000} (list) | {MOST_COLD // 1000} | {MOST_WARM // 1000} "
        f"| {MOST_PAINT_MILLISECONDS} | 0 |",
        *(one.row for one in found),
    ]
    if busy or is_busy():
        lines[1:1] = ["", "**Other work was running: the times are not final, the bytes and shifts are.**"]
    print("\n".join(lines), flush=True)
    if options.write:
        write("\n".join(lines), "paint")
    missed = [what for one in found for what in one.missed]
    print("\n".join(missed), file=sys.stderr)
    return 1 if missed else 0
