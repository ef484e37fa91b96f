"""Each page of the manual has a picture, and each picture a page and what makes it; no browser is needed."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from PIL import Image

from bench import letters
from encours.manual.contents import NAMES
from encours.manual.pages import folder
from tests.browser.pictures import ALL, DOCS, MANUAL, README, Picture
from tests.browser.places import NOT_OPENED
from tests.manual.labels import even, is_said
from tests.statements import pictures as statements

MOST_BYTES = 2_500_000
SHORTEST = 20
SHOWN = re.compile(r"!\[([^\]]*)\]\(pictures/([^)]+)\)")
DRAWN = {*(letters.file_name(case) for case in letters.SHOWN), *(f"{name}.png" for name in statements.SHOWN)}
"""The letters and statements, which tests of their own compare with what is drawn today."""


def _shown() -> dict[str, list[tuple[str, str]]]:
    """Return the description and the file of each picture by the page that shows it."""
    return {name: SHOWN.findall((folder() / f"{name}.md").read_text(encoding="utf-8")) for name in NAMES}


def test_every_page_of_the_manual_shows_a_picture() -> None:
    assert [name for name, shown in _shown().items() if not shown] == []


def test_every_picture_is_shown_once_and_made_by_what_knows_it() -> None:
    shown = Counter(file for pictures in _shown().values() for _text, file in pictures)
    made = Counter([*DRAWN, *(one.path.name for one in ALL if one.folder == MANUAL)])
    assert shown == made == Counter(path.name for path in MANUAL.iterdir())
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    described = dict(re.findall(r"!\[([^\]]+)\]\(docs/pictures/([^)]+)\)", text))
    made_for_readme = sorted(one.path.name for one in ALL if one.folder == README)
    assert sorted(described.values()) == made_for_readme == sorted(path.name for path in README.iterdir())


def test_each_description_is_one_of_its_own_and_written_as_french_is() -> None:
    texts = [text for pictures in _shown().values() for text, _file in pictures]
    assert len(texts) == len(set(texts))
    for text in texts:
        assert len(text) >= SHORTEST, text
        assert text[0].isupper(), text
        assert not re.search(r" [:;!?»]|« ", text), f"{text}: it wants a no-break space"


@pytest.mark.parametrize("picture", ALL, ids=lambda one: f"{one.folder.parent.name}-{one.name}")
def test_a_picture_is_of_a_screen_that_is_there_and_of_texts_that_it_says(picture: Picture) -> None:
    documented = (DOCS / "pages.md").read_text(encoding="utf-8")
    assert f"\n| `{picture.screen}` |" in documented
    assert picture.screen not in NOT_OPENED
    assert picture.shows
    assert [text for text in picture.shows if not is_said(even(text))] == []
    with Image.open(picture.path) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "P", (picture.width, picture.height))


def test_the_pictures_of_the_manual_are_small() -> None:
    assert sum(path.stat().st_size for path in MANUAL.iterdir()) < MOST_BYTES
