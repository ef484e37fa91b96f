"""Wait until a page has got all that it asked for."""

from __future__ import annotations

from playwright.sync_api import Page

QUIET_MILLISECONDS = 25
MOST_WAITS = 200


class Traffic:
    """Counts what a page has asked for and not yet got."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.waiting = 0
        page.on("request", lambda _request: self._add(1))
        page.on("requestfinished", lambda _request: self._add(-1))
        page.on("requestfailed", lambda _request: self._add(-1))

    def _add(self, one: int) -> None:
        self.waiting += one

    def settle(self) -> None:
        """Wait until nothing is under way, and a moment later still nothing is."""
        quiet = 0
        for _ in range(MOST_WAITS):
            self.page.wait_for_timeout(QUIET_MILLISECONDS)
            quiet = quiet + 1 if self.waiting <= 0 else 0
            if quiet > 1:
                return
        raise AssertionError(f"{self.page.url} still waits for {self.waiting} answers")
