"""What is typed and meets no network stays; what the server never got is filled in again, for its user."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from encours.access.models import Role, User
from encours.parties.models import Customer
from tests.browser.conftest import Complaints

FORM = "/administration/clients/nouveau/"
NOTICE = "Ce que vous aviez saisi est remis"


def send(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_label("Nom").fill("Martin et Cie")
    page.get_by_role("button", name="Enregistrer").click()


def test_what_meets_no_network_stays_and_what_never_arrived_is_back_once_for_its_user_alone(
    signed_in_page: Callable[..., Page],
    user_of: Callable[[Role], User],
    live_server: LiveServer,
    complaints: Complaints,
) -> None:
    complaints.expect("net::ERR_", "403")
    page = signed_in_page(Role.ADMINISTRATOR)
    page.goto(FORM)
    page.context.set_offline(True)
    send(page, "MARTIN")
    failed = page.get_by_role("dialog", name="L'action n'a pas abouti")
    expect(failed).to_contain_text("rien de ce que vous avez saisi n'est perdu")
    failed.get_by_role("button", name="Revenir à la page").click()
    expect(page.get_by_label("Code")).to_have_value("MARTIN")
    page.context.set_offline(False)

    _lose(page, "MARTIN")
    page.goto(FORM)
    expect(page.locator("#messages")).to_contain_text(NOTICE)
    expect(page.get_by_label("Code")).to_have_value("MARTIN")
    expect(page.get_by_label("Nom")).to_have_value("Martin et Cie")
    page.goto(FORM)
    expect(page.get_by_label("Code")).to_have_value("")

    _lose(page, "MARTIN")
    other = Client()
    other.force_login(user_of(Role.COLLECTOR))
    session = other.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.goto(FORM)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette action ne vous est pas permise")
    assert page.evaluate("window.sessionStorage.getItem('encours-unsent')") is None
    assert not Customer.objects.exists()


def _lose(page: Page, code: str) -> None:
    """Send the form to a server that has gone meanwhile."""
    page.route("**/nouveau/", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        send(page, code)
    page.unroute("**/nouveau/")
