"""A real Chromium on a live server: who signs in, what the console says, what a page looks like.

In a test: ``page = signed_in_page(Role.COLLECTOR)``, then ``page.goto("/…")``; ``look(page, "name")`` saves
the page at three widths under build/screens and refuses one that overflows sideways. At the end of
each test, a violation of the content policy or an error in the console fails it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from encours.access.actions import create_user
from encours.access.models import Role, User
from tests import build
from tests.browser.chromium import HINT, find_chromium

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # Playwright's loop runs in this thread, Django's views do not
)

HERE = Path(__file__).parent
SCREENS = HERE.parent.parent / "build" / "screens"
WIDTHS = (1440, 1024, 390)
HEIGHT = 900
PASSWORD = "un chat sur le toit"
STEP_MILLISECONDS = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder: it needs a browser, and a database that other threads see."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    executable = find_chromium()
    if executable is None:
        pytest.fail(HINT)
    arguments = ["--lang=fr-FR", *(["--no-sandbox"] if os.getuid() == 0 else [])]
    return {"executable_path": executable, "args": arguments, "timeout": 30_000}


class Complaints:
    """What the browser complained about during a test."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: tuple[str, ...] = ()

    def expect(self, *parts: str) -> None:
        """Accept complaints that contain one of these parts: a test of a refusal causes them on purpose."""
        self.expected += parts

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._note)
        context.on("weberror", lambda error: self.heard.append(f"error: {error.error}"))
        context.on("dialog", lambda dialog: self.heard.append(f"dialog: {dialog.message}"))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.heard.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def unexpected(self) -> list[str]:
        return [said for said in self.heard if not any(part in said for part in self.expected)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Hear the browser, and fail at the end for what was not expected."""
    ours = Complaints()
    yield ours
    assert ours.unexpected() == []


@pytest.fixture
def new_page(
    browser: Browser, live_server: LiveServer, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """Open a page of a new visitor, French and in Paris, at 1440 px unless told otherwise."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(
            locale="fr-FR",
            timezone_id="Europe/Paris",
            **{
                "base_url": live_server.url,
                "viewport": {"width": WIDTHS[0], "height": HEIGHT},
                **options,
            },
        )
        context.set_default_timeout(STEP_MILLISECONDS)
        complaints.listen(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def user_of() -> Callable[[Role], User]:
    """Return the user of a role, who sees every entity; created the first time. His password is PASSWORD."""

    def find(role: Role) -> User:
        name = {Role.READER: "lecture", Role.COLLECTOR: "gestion", Role.ADMINISTRATOR: "admin"}[role]
        return User.objects.filter(username=name).first() or create_user(
            username=name,
            full_name=f"Camille {name.capitalize()}",
            role=role,
            email=f"{name}@example.org",
            password=PASSWORD,
            sees_all_entities=True,
            actor=build.ACTOR,
            now=build.NOW,
        )

    return find


@pytest.fixture
def signed_in_page(
    new_page: Callable[..., Page], user_of: Callable[[Role], User], live_server: LiveServer
) -> Callable[..., Page]:
    """Open a page of a user of that role, signed in already."""

    def open_page(role: Role = Role.COLLECTOR, **options: Any) -> Page:
        page = new_page(**options)
        client = Client()
        client.force_login(user_of(role))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return open_page


def overflow(page: Page) -> list[str]:
    """Return what is wider than the window: where it must be scrolled sideways, nothing may be."""
    found: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return [];
            return [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
                .slice(0, 5)
                .map((one) => one.outerHTML.slice(0, 120));
        }"""
    )
    return found


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """Save what a page looks like at each width, light at all of them and dark at the first."""

    def save(page: Page, name: str) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert overflow(page) == [], f"{name} at {width} px"
            page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        if before is not None:
            page.set_viewport_size(before)
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=SCREENS / f"{name}-{WIDTHS[0]}-dark.png", full_page=True)
        page.emulate_media(color_scheme="light")

    return save
