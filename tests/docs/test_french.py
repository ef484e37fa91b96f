"""Every French text that a user reads has its no-break spaces and one sort of apostrophe.

The labels of the list, of the steps and of the archive keep the plain characters in which they are known.
"""

from __future__ import annotations

import re

from tests import messages
from tests.desk import labels

PLAIN_SPACE_BEFORE = re.compile(r" [;!?»]| :(?=[\s\u00a0]|$)")
PLAIN_SPACE_AFTER = re.compile(r"« ")
NO_SPACE = re.compile(r"[^\s\u00a0\u202f«(…?!][!?»](?:\s|$)|«(?![\s\u00a0\u202f])|\u00a0[;!?]")
TWO_SPACES = re.compile(r"[^\n ] {2,}")
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


def test_one_text_has_one_sort_of_apostrophe() -> None:
    assert [form for form in _forms() if "'" in form and "’" in form] == []
