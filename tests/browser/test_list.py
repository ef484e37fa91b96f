"""The list in a real browser: every column is in sight, and what is not configured is said."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from encours.access.models import Role
from tests import build

Look = Callable[[Page, str], None]
LARGE = 123_456_789_00


def right_edge_of_the_action(page: Page) -> float:
    box = page.get_by_role("link", name="Faire une relance").first.bounding_box()
    assert box is not None
    return box["x"] + box["width"]


ONE_ROW = 56
"""The height of the bar at most, in pixels; a second row adds some 38."""


@pytest.mark.parametrize("currency", ["EUR", "TND"])
@pytest.mark.parametrize("width", [1440, 1280, 1024, 390])
def test_the_actions_are_in_sight_however_large_the_amounts(
    signed_in_page: Callable[..., Page], width: int, currency: str
) -> None:
    account = build.account(build.customer("DUPONT", name="Établissements Dupont de la Rivière et Fils"))
    build.invoice(account, net=LARGE, vat=LARGE // 5, currency=currency)
    page = signed_in_page(Role.COLLECTOR, viewport={"width": width, "height": 900})
    page.goto("/?de=01/2010&cas=tous")
    assert right_edge_of_the_action(page) <= width


def test_the_list_of_usual_amounts_and_its_bar_fit_from_1024_to_1440_pixels(
    signed_in_page: Callable[..., Page], look: Look
) -> None:
    build.example()
    build.invoice(build.account(build.customer("ACIERS", name="Aciéries Réunies du Hainaut")), net=99_999_999)
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/?de=01/2010&cas=tous")
    wrong = []
    for density in ("dense", "comfortable"):
        page.evaluate("density => document.documentElement.dataset.density = density", density)
        for width in range(1024, 1441, 20):
            page.set_viewport_size({"width": width, "height": 900})
            room = page.locator(".figures-scroll").evaluate("one => one.clientWidth - one.scrollWidth")
            wrong += [f"{-room} px missing at {width} px, {density}"] if room < 0 else []
            bar = page.locator(".topbar").evaluate("one => one.clientHeight")
            wrong += [f"a bar of two rows at {width} px, {density}"] if bar > ONE_ROW else []
    assert not wrong, "\n".join(wrong)
    look(page, "liste")


def test_the_page_says_when_no_mail_server_is_configured(
    signed_in_page: Callable[..., Page], settings: Settings
) -> None:
    page = signed_in_page(Role.COLLECTOR)
    said = page.get_by_text("Aucun serveur de messagerie n'est configuré")
    settings.EMAIL_URL = ""
    page.goto("/")
    expect(said).to_be_visible()
    settings.EMAIL_URL = "smtp://127.0.0.1:2525/"
    page.goto("/")
    expect(said).to_have_count(0)


def test_back_and_forward_bring_each_filter_and_its_list_again(signed_in_page: Callable[..., Page]) -> None:
    build.example()
    settled = build.account(build.customer("SOLDE", name="Compte soldé"))
    build.allocation(build.payment(settled, amount=1_140_000), build.invoice(settled))
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/?de=01/2016&cas=tous")
    names = page.locator(".account-state h2")
    expect(names).to_have_count(2)
    for case, name in (("soldes", "Compte soldé"), ("echues", "Dupont SA")):
        page.get_by_label("Cas", exact=True).select_option(case)
        page.get_by_role("button", name="Filtrer", exact=True).click()
        expect(names).to_have_text([re.compile(name)])
        expect(page).to_have_url(re.compile(f"cas={case}"))
    page.go_back()
    expect(names).to_have_text([re.compile("Compte soldé")])
    expect(page.get_by_label("Cas", exact=True)).to_have_value("soldes")
    page.go_back()
    expect(names).to_have_count(2)
    page.go_forward()
    expect(names).to_have_text([re.compile("Compte soldé")])
    page.get_by_label("Client", exact=True).press_sequentially("dupo")
    expect(page.get_by_role("option", name="Dupont SA")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Client", exact=True)).to_have_value("DUPONT")


PHONE = {"width": 390, "height": 844}


def test_on_a_telephone_the_list_starts_in_the_first_screen_and_the_filter_unfolds_when_it_is_used(
    signed_in_page: Callable[..., Page],
) -> None:
    build.example()
    page = signed_in_page(Role.COLLECTOR, viewport=PHONE)
    page.goto("/?de=01/2010&cas=en_attente")
    account, toggle = page.locator(".account-line").first, page.get_by_role("button", name="Filtres 2 actifs")
    submit = page.get_by_role("button", name="Filtrer", exact=True)
    expect(account).to_be_in_viewport()
    for is_by_key in (False, True):
        expect(submit).not_to_be_in_viewport()
        expect(toggle).to_have_attribute("aria-expanded", "false")
        if is_by_key:
            page.keyboard.press("/")
        else:
            toggle.click()
        expect(submit).to_be_in_viewport()
        expect(toggle).to_have_attribute("aria-expanded", "true")
        page.get_by_label("Cas", exact=True).select_option("tous")
        submit.click()
        toggle = page.get_by_role("button", name="Filtres 1 actif")
        expect(toggle).to_be_focused()
        expect(account).to_be_in_viewport()


def test_without_javascript_the_filter_of_a_telephone_is_unfolded(
    signed_in_page: Callable[..., Page],
) -> None:
    build.example()
    page = signed_in_page(Role.COLLECTOR, viewport=PHONE, java_script_enabled=False)
    page.goto("/?de=01/2010&cas=tous")
    expect(page.get_by_role("button", name="Filtrer", exact=True)).to_be_in_viewport()
    expect(page.locator(".filter-toggle")).to_be_hidden()
