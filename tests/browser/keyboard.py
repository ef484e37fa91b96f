"""Who has no mouse: Tab to what one wants, Enter, Space, arrows and typing; the focus must always show."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

LIMIT = 250
"""How many stops may lie before what one looks for, on a page of a few accounts."""

_FOCUS = """() => {
    const one = document.activeElement;
    const label = one.labels && one.labels.length ? one.labels[0].innerText : one.innerText;
    const name = one.getAttribute("aria-label") || label || "";
    const hidden = one.closest("label, summary") || one;
    const shows = [one, hidden].some((part) => {
        const style = getComputedStyle(part);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
    });
    const within = [one.getAttribute("href")];
    for (let up = one; up; up = up.parentElement) if (up.id) within.push(up.id);
    const box = hidden.getBoundingClientRect();
    return {
        name: one === document.body ? "" : name.replace(/\\s+/g, " ").trim().slice(0, 80),
        isVisible: shows && box.width > 0 && box.height > 0,
        isBody: one === document.body,
        within,
        html: one.outerHTML.slice(0, 160),
    };
}"""


class Keyboard:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, name: str, *, within: str = "", backwards: bool = False) -> None:
        """Press Tab until the focus is on what has this name, inside an id or to an address if told."""
        stops = []
        for _ in range(LIMIT):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            focus = self.page.evaluate(_FOCUS)
            stops.append(focus["name"])
            assert focus["isBody"] or focus["isVisible"], f"the focus does not show: {focus['html']}"
            if focus["name"].startswith(name) and (not within or within in focus["within"]):
                return
        pytest.fail(f"«{name}» cannot be reached by Tab; the stops were {stops}")

    def enter(self, name: str, *, within: str = "") -> None:
        """Go to something and press Enter."""
        self.to(name, within=within)
        self.page.keyboard.press("Enter")

    def write(self, name: str, text: str, *, within: str = "") -> None:
        """Go to a field and type."""
        self.to(name, within=within)
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Go to a list and press the arrow until it shows an option."""
        self.to(name)
        self.page.keyboard.press("Home")
        for _ in range(LIMIT):
            if self.page.evaluate("document.activeElement.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"«{option}» is not in «{name}»")

    @property
    def focus(self) -> str:
        """Return the name of what has the focus."""
        return str(self.page.evaluate(_FOCUS)["name"])
