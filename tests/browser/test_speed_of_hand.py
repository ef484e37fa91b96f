"""Whoever works by keyboard: the palette, single keys, lines and ranges of ticks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from encours.access.models import Role
from tests import build

Look = Callable[[Page, str], None]


@pytest.fixture
def page(signed_in_page: Callable[..., Page]) -> Page:
    for number in range(1, 6):
        build.invoice(build.account(build.customer(f"K{number}", name=f"Café {number}")))
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/?de=01/2010&cas=tous")
    return page


def test_the_palette_finds_by_letters_goes_by_enter_and_closes_by_escape(page: Page, look: Look) -> None:
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Rechercher")
    expect(box).to_be_focused()
    expect(page.get_by_role("option", name="Nouvelle facture")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).not_to_be_visible()
    page.get_by_role("link", name=re.compile("Rechercher")).click()
    page.keyboard.type("cafe 4")
    first = page.get_by_role("option", name=re.compile("^Café 4"))
    expect(first).to_have_attribute("aria-selected", "true")
    look(page, "palette")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name=re.compile("Faire une relance"))).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Café 4")
    page.wait_for_load_state()  # the keys are heard once the scripts have run
    page.keyboard.press("Control+k")
    page.keyboard.type("nouvelle fac")
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    page.keyboard.type("K2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/factures/nouvelle/"))


def test_single_keys_go_move_tick_and_do_nothing_while_one_types(page: Page, look: Look) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Ligne suivante")
    look(page, "raccourcis")
    page.keyboard.press("Escape")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Café 2", exact=True)).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    ticks = page.locator("#selection input[name=compte]")
    assert [tick.is_checked() for tick in ticks.all()] == [False, True, True, True, False]
    ticks.nth(0).click()
    ticks.nth(4).click(modifiers=["Shift"])
    assert all(tick.is_checked() for tick in ticks.all())
    page.keyboard.press("/")
    expect(page.get_by_label("Client", exact=True)).to_be_focused()
    page.keyboard.type("gx?")
    expect(page.get_by_label("Client", exact=True)).to_have_value("gx?")
    page.goto("/?de=01/2010&cas=tous")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Café 1")
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
