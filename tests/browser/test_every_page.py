"""Everyone can use every page of docs/pages.md: at each width, enlarged, light and dark, in both languages.

With ENCOURS_SCREENS=<folder> each page and scene is also kept as a picture at every width.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from encours.access.actions import set_language
from encours.access.models import Role, User
from tests import build
from tests.browser.conftest import Complaints
from tests.browser.places import play_demonstration, to_open
from tests.browser.scenes import scenes
from tests.browser.traffic import Traffic
from tests.browser.walking import BRIEFLY, THOROUGHLY, Asked, wrong_at

ROOT = Path(__file__).resolve().parent.parent.parent
PUBLIC = "/connexion/"


def documented() -> dict[str, str]:
    """Return every address of docs/pages.md with what it is."""
    text = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.MULTILINE))


def name_of(address: str) -> str:
    return re.sub(r"\W+", "-", address).strip("-") or "list"


@pytest.mark.parametrize(("language", "asked"), [("fr", THOROUGHLY), ("en", BRIEFLY)])
def test_everyone_can_use_every_page(
    language: str,
    asked: Asked,
    signed_in_page: Callable[..., Page],
    new_page: Callable[..., Page],
    user_of: Callable[[Role], User],
    complaints: Complaints,
) -> None:
    play_demonstration()
    set_language(user=user_of(Role.ADMINISTRATOR), language=language, actor=build.ACTOR, now=build.NOW)
    page, visitor = (
        signed_in_page(Role.ADMINISTRATOR, reduced_motion="reduce"),
        new_page(reduced_motion="reduce"),
    )
    traffic = {page: Traffic(page), visitor: Traffic(visitor)}
    wrong = []
    for documented_address, address in to_open(documented()).items():
        one = visitor if address.startswith(PUBLIC) else page
        answer = one.goto(address, wait_until="load")
        traffic[one].settle()
        if answer is None or answer.status != 200:
            wrong.append(f"{answer and answer.status} {documented_address}")
        wrong += wrong_at(one, f"{language}-{name_of(documented_address)}", asked)
    assert not wrong, "\n".join(wrong)


def test_everyone_can_use_every_state_of_a_page(
    signed_in_page: Callable[..., Page], complaints: Complaints
) -> None:
    play_demonstration()
    complaints.expect("422")  # the refusals
    page = signed_in_page(Role.ADMINISTRATOR, reduced_motion="reduce")
    traffic = Traffic(page)
    wrong = []
    for scene in scenes():
        page.goto(scene.address)
        scene.act(page)
        traffic.settle()
        wrong += wrong_at(page, f"scene-{scene.name}", BRIEFLY)
    assert not wrong, "\n".join(wrong)
