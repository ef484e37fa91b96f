"""What the manual quotes is said on the screens: it cannot name a button that is gone."""

from __future__ import annotations

import re

import pytest

from encours.manual.pages import pages
from tests.manual.labels import even, is_said

EXAMPLES = {
    "lef gar", "TOPCONSEIL-12", "12", "tableau", "boîte", "nouvelle facture", "relancer en masse",
    "€9,500.00", "9500.00", "9 500,00", "31/01/2016",
}  # fmt: skip
"""What one types, or reads where amounts are shown."""
ON_DOCUMENTS = {"Antérieur à la période", "Net"}
"""What the statements print."""


def _labels(text: str) -> set[str]:
    return {even(label) for label in re.findall(r"«\s?(.+?)\s?»", text)}


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_label_that_a_page_quotes_is_on_the_screens(name: str) -> None:
    page = pages()[name]
    quoted = _labels(" ".join(f"{section.title} {section.text}" for section in page.sections))
    gone = {label for label in quoted if not is_said(label)}
    assert gone - EXAMPLES - ON_DOCUMENTS == set()


def test_a_label_that_is_gone_is_seen() -> None:
    [gone] = _labels("Choisissez «\u00a0Relancer tout le monde\u00a0».")
    assert not is_said(gone)
    assert is_said("Enregistrer la relance")
