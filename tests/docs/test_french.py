"""Every French text that a user reads has its no-break spaces and the straight apostrophe.

The labels of the list, of the steps and of the archive keep the plain characters in which they are known: the
apostrophe is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests import messages
from tests.desk import labels

PLAIN_SPACE_BEFORE = re.compile(r" [;!?»]| :(?=[\s\u00a0]|$)")
PLAIN_SPACE_AFTER = re.compile(r"« ")
NO_SPACE = re.compile(r"[^\s\u00a0\u202f«(…?!][!?»](?:\s|$)|«(?![\s\u00a0\u202f])|\u00a0[;!?]")
TWO_SPACES = re.compile(r"[^\n ] {2,}")
OTHER_APOSTROPHE = re.compile(
    r"[’‘ʼ]|&rsquo;|&#8217;|\\u2019(?!\", \"'\")",  # but where both are read alike
    re.IGNORECASE,
)
SOURCE = messages.SOURCE
MANUAL = SOURCE.parent.parent / "docs" / "user"
TEXTS = {".py", ".html", ".js", ".txt", ".typ", ".md"}
TITLE_CASE = re.compile(r"^[A-ZÀ-Ý][a-zà-ÿ]+ (?:[A-ZÀ-Ý][a-zà-ÿ]+ ){2,}")


def _fixed() -> set[str]:
    """Return the labels whose characters are fixed."""
    found: set[str] = set()
    for name, value in vars(labels).items():
        if name.isupper():
            found.update(
                [value] if isinstance(value, str) else value.values() if isinstance(value, dict) else value
            )
    return found


def _forms() -> list[str]:
    fixed = _fixed()
    texts = (form for text in messages.read() if text.id for form in messages.forms_of(text.id))
    return sorted({form for form in texts if form not in fixed})


def _wrong(*patterns: re.Pattern[str]) -> list[str]:
    return [form for form in _forms() if any(pattern.search(form) for pattern in patterns)]


def test_high_punctuation_and_guillemets_are_never_parted_from_their_words() -> None:
    assert _wrong(PLAIN_SPACE_BEFORE, PLAIN_SPACE_AFTER) == []
    assert _wrong(NO_SPACE) == []


def test_no_text_has_two_spaces_or_capitals_on_every_word() -> None:
    assert _wrong(TWO_SPACES, TITLE_CASE) == []


def test_every_text_has_the_apostrophe_of_the_labels_that_are_fixed() -> None:
    assert "Date d'échéance" in _fixed()
    assert [place for place in _read() if OTHER_APOSTROPHE.search(place.read_text())] == []
    english = (form for text in messages.read() for form in messages.forms_of(text.string))
    assert [form for form in english if OTHER_APOSTROPHE.search(form)] == []


def _read() -> Iterator[Path]:
    """Yield the files in which a text that a user reads may stand."""
    for path in sorted([*SOURCE.rglob("*"), *MANUAL.glob("*.md")]):
        if path.suffix in TEXTS and "vendor" not in path.parts:
            yield path
