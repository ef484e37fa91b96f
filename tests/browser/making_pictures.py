"""Take the pictures of screens that the manual and the README show, on a fixed day; run by `bin/pictures`.

It is no part of the suite: pytest collects it where it is named. What looks as before is not written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from encours.access.models import Role, User
from encours.delivery.actions import pause
from encours.desk.demo.users import ensure_users
from tests import build
from tests.browser.conftest import Complaints
from tests.browser.pictures import EMPTY, NOW, PICTURES, RESTORED, Picture, keep
from tests.browser.places import play_story
from tests.browser.traffic import Traffic


@pytest.fixture(autouse=True)
def _at_that_moment(settings: Settings) -> Iterator[None]:
    settings.EMAIL_URL = "smtp://127.0.0.1:2525/"
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def take(signed_in_page: Callable[..., Page], new_page: Callable[..., Page]) -> Callable[[Picture], None]:
    """Return what opens a screen, does what must be done there, and keeps the picture."""
    opened: dict[Role | None, Page] = {}

    def opened_by(role: Role | None) -> Page:
        if role not in opened:
            options = {"reduced_motion": "reduce", "color_scheme": "light"}
            opened[role] = signed_in_page(role, **options) if role else new_page(**options)
            opened[role].clock.set_fixed_time(NOW)
        return opened[role]

    def take_one(picture: Picture) -> None:
        page = opened_by(picture.role)
        traffic = Traffic(page)
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        page.goto(picture.place)
        traffic.settle()
        picture.act(page)
        traffic.settle()
        for text in picture.shows:
            expect(page.get_by_text(text).locator("visible=true").first).to_be_visible()
        shot = page.screenshot(caret="hide", animations="disabled")
        print(f"{'new' if keep(picture, shot) else 'same':<5}{picture.path.name}")

    return take_one


def test_pictures_of_the_demonstration(take: Callable[[Picture], None], complaints: Complaints) -> None:
    complaints.expect("422")  # the file with mistakes
    play_story(NOW)
    wrong = []
    for picture in (*PICTURES, RESTORED):
        if picture is RESTORED:
            reason = "base restaurée depuis la sauvegarde du 15/06/2026 à 03:00"
            pause(reason=reason, actor=build.ACTOR, now=NOW)
        try:
            take(picture)
        except (AssertionError, PlaywrightError) as error:
            wrong.append(f"{picture.name}: {str(error)[:300]}")
    assert not wrong, "\n".join(wrong)


def test_picture_of_an_empty_installation(
    take: Callable[[Picture], None], complaints: Complaints, user_of: Callable[[Role], User]
) -> None:
    ensure_users(renew=False, actor=build.ACTOR, now=NOW)
    take(EMPTY)
