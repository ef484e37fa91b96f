"""No page of docs/pages.md scrolls sideways at any width, nor makes the browser complain.

With ENCOURS_SCREENS=<folder> each page and scene is also kept as a picture at every width.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from encours.access.models import Role
from tests.browser.conftest import HEIGHT, WIDTHS, Complaints, overflow
from tests.browser.places import play_demonstration, to_open
from tests.browser.scenes import scenes

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = os.environ.get("ENCOURS_SCREENS", "")
PUBLIC = "/connexion/"
LONGEST_PICTURE = 3_000


def documented() -> dict[str, str]:
    """Return every address of docs/pages.md with what it is."""
    text = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.MULTILINE))


def tables_that_scroll(page: Page) -> list[str]:
    """Return the tables of which a part is out of sight."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".figures-scroll")]
            .filter((one) => one.scrollWidth > one.clientWidth + 1)
            .map((one) => `${one.scrollWidth} in ${one.clientWidth}: ${one.innerText.slice(0, 80)}`)"""
    )
    return found


def wide_at(page: Page, name: str) -> list[str]:
    """Return at which widths the page scrolls sideways; keep its pictures where they are wanted."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{name} at {width} px: {one}" for one in [*overflow(page), *tables_that_scroll(page)]]
        if PICTURES:
            is_short = page.evaluate("document.documentElement.scrollHeight") < LONGEST_PICTURE
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=is_short)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    return found


def name_of(address: str) -> str:
    return re.sub(r"\W+", "-", address).strip("-") or "list"


def test_no_page_scrolls_sideways_or_makes_the_browser_complain(
    signed_in_page: Callable[..., Page], new_page: Callable[..., Page], complaints: Complaints
) -> None:
    play_demonstration()
    wrong = []
    page, visitor = signed_in_page(Role.ADMINISTRATOR), new_page()
    for documented_address, address in to_open(documented()).items():
        one = visitor if address.startswith(PUBLIC) else page
        answer = one.goto(address, wait_until="networkidle")
        if answer is None or answer.status != 200:
            wrong.append(f"{answer and answer.status} {documented_address}")
        wrong += wide_at(one, name_of(documented_address))
    assert wrong == []


def test_no_state_of_a_page_scrolls_sideways_or_makes_the_browser_complain(
    signed_in_page: Callable[..., Page], complaints: Complaints
) -> None:
    play_demonstration()
    complaints.expect("422")  # the refusals
    page = signed_in_page(Role.ADMINISTRATOR)
    wrong = []
    for scene in scenes():
        page.goto(scene.address)
        scene.act(page)
        page.wait_for_load_state("networkidle")
        wrong += wide_at(page, f"scene-{scene.name}")
    assert wrong == []
