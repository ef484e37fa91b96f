"""What is asked of a page when it is walked past: at each width, in both themes, enlarged and by keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.axe import COLOURS, violations
from tests.browser.conftest import HEIGHT, WIDTHS, overflow

EVERY_WAY = bool(os.environ.get("ENCOURS_EVERY_WAY"))
"""Whether axe-core is asked at every width in both themes, not only where most differs."""
PICTURES = os.environ.get("ENCOURS_SCREENS", "")
LONGEST_PICTURE = 3_000
ENLARGED = (WIDTHS[0] // 2, HEIGHT // 2)
"""The room that is left at 200 % of the widest window."""

FOCUS = """(most) => {
    const covers = "dialog[open], details.menu[open], [role=listbox]:not([hidden])";
    if (document.querySelector(covers)) return [];
    const tabbed = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const all = [...document.querySelectorAll(tabbed)].filter((one) => !one.disabled && one.tabIndex >= 0
        && one.type !== "hidden" && one.checkVisibility({visibilityProperty: true}));
    const hasRing = (one) => {
        const style = getComputedStyle(one);
        const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return isOutlined || style.boxShadow !== "none";
    };
    const isSeen = (one) => {
        const box = one.getBoundingClientRect();
        return [[0.5, 0.5], [0.05, 0.1], [0.95, 0.9]].some(([x, y]) => {
            const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
            return hit && (one.contains(hit) || hit.contains(one));
        });
    };
    const found = [];
    window.scrollTo(0, document.documentElement.scrollHeight);
    for (const one of all.slice(0, most).reverse()) {  // upwards, towards what sticks at the top
        one.focus();
        const around = one.closest("label, .fold") || one;
        if (document.activeElement === one && !hasRing(one) && !hasRing(around))
            found.push(`focus is not seen: ${one.outerHTML.slice(0, 120)}`);
        if (!isSeen(around)) found.push(`focus is hidden: ${one.outerHTML.slice(0, 120)}`);
    }
    document.activeElement.blur();
    window.scrollTo(0, 0);
    return found.slice(0, 5);
}"""
MOST_FOCUSED = 150


@dataclass(frozen=True, slots=True)
class Asked:
    """At which widths axe-core is asked about a page, and at which ones again in the dark, with the focus."""

    widths: tuple[int, ...]
    dark: tuple[int, ...] = ()


EVERYTHING = Asked(widths=WIDTHS, dark=WIDTHS)
THOROUGHLY = Asked(widths=(WIDTHS[0], WIDTHS[-1]), dark=WIDTHS[:1])
BRIEFLY = Asked(widths=WIDTHS[-1:])


def tables_that_scroll(page: Page) -> list[str]:
    """Return the tables of which a part is out of sight."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".figures-scroll")]
            .filter((one) => one.scrollWidth > one.clientWidth + 1)
            .map((one) => `${one.scrollWidth} in ${one.clientWidth}: ${one.innerText.slice(0, 80)}`)"""
    )
    return found


def wrong_at(page: Page, name: str, asked: Asked = THOROUGHLY) -> list[str]:
    """Return what is wrong with a page and where, at which width or theme; keep pictures if wanted."""
    asked = EVERYTHING if EVERY_WAY else asked
    found = [f"{name} {where}: {what}" for where, what in _wrong(page, name, asked)]
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    return found


def _wrong(page: Page, name: str, asked: Asked) -> Iterator[tuple[str, str]]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        where = f"at {width} px"
        yield from ((where, what) for what in [*overflow(page), *tables_that_scroll(page)])
        if width in asked.widths:
            yield from ((where, what) for what in violations(page))
        _keep(page, f"{name}-{width}")
        if width in asked.dark:
            yield from ((where, what) for what in _focus(page))
            _theme(page, "dark")
            yield from ((f"{where}, dark", what) for what in violations(page, *COLOURS))
            _keep(page, f"{name}-{width}-dark")
            _theme(page, "light")
    page.set_viewport_size({"width": ENLARGED[0], "height": ENLARGED[1]})
    yield from (("at 200 %", what) for what in [*overflow(page), *tables_that_scroll(page)])


def _theme(page: Page, name: str) -> None:
    page.evaluate("(name) => document.documentElement.setAttribute('data-bs-theme', name)", name)


def _focus(page: Page) -> list[str]:
    page.keyboard.press("Tab")  # from now on the browser shows the focus as it does to who types
    found: list[str] = page.evaluate(FOCUS, MOST_FOCUSED)
    return found


def _keep(page: Page, name: str) -> None:
    if PICTURES:
        is_short = page.evaluate("document.documentElement.scrollHeight") < LONGEST_PICTURE
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=is_short)
