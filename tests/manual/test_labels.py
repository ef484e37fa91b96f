"""What the manual quotes is said on the screens: it cannot name a button that is gone."""

from __future__ import annotations

import re

import pytest

from encours.manual.pages import pages
from tests import messages

EXAMPLES = {
    "lef gar", "TOPCONSEIL-12", "12", "tableau", "boîte", "nouvelle facture", "relancer en masse",
    "€9,500.00", "9500.00", "9 500,00", "31/01/2016",
}  # fmt: skip
"""What one types, or reads where amounts are shown."""
ON_DOCUMENTS = {"Antérieur à la période", "Net"}
"""What the statements print."""


def _even(text: str) -> str:
    """Return a text with one sort of space and of apostrophe."""
    return " ".join(text.replace("'", "’").split())


def _on_screens() -> set[str]:
    """Return every text of the interface, the numbers in it made one."""
    texts = {form for text in messages.read() if text.id for form in messages.forms_of(text.id)}
    return {re.sub(r"%\(\w+\)[sd]", "1", _even(text)) for text in texts}


def _labels(text: str) -> set[str]:
    return {_even(label) for label in re.findall(r"«\s?(.+?)\s?»", text)}


def _is_said(label: str, texts: set[str]) -> bool:
    """Tell whether a screen says a label; one that ends in dots is the beginning of what it says."""
    if label in texts:
        return True
    return label.endswith("…") and any(text.startswith(f"{label.rstrip(' …')} ") for text in texts)


@pytest.fixture(scope="module")
def on_screens() -> set[str]:
    return _on_screens()


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_label_that_a_page_quotes_is_on_the_screens(name: str, on_screens: set[str]) -> None:
    page = pages()[name]
    quoted = _labels(" ".join(f"{section.title} {section.text}" for section in page.sections))
    gone = {label for label in quoted if not _is_said(label, on_screens)}
    assert gone - EXAMPLES - ON_DOCUMENTS == set()


def test_a_label_that_is_gone_is_seen(on_screens: set[str]) -> None:
    [gone] = _labels("Choisissez «\u00a0Relancer tout le monde\u00a0».")
    assert not _is_said(gone, on_screens)
    assert _is_said("Enregistrer la relance", on_screens)
