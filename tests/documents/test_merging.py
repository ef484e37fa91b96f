"""Documents are merged for printing in their order, each on a right-hand page if asked."""

from __future__ import annotations

import dataclasses
import io

import pypdf
import pytest

from encours.documents.merging import UnmergeablePdf, merge_for_print
from encours.dunning.documents.letter import render_letter
from tests.dunning.test_letter import LETTER

LETTERS = [
    render_letter(dataclasses.replace(LETTER, reference=str(number), invoices=LETTER.invoices * count))
    for number, count in ((1, 1), (2, 40), (3, 1))
]


def starts_of(content: bytes) -> list[tuple[int, str]]:
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return [
        (number, text.split("Réf. relance : ")[1][0])
        for number, text in enumerate(pages, start=1)
        if "Page n° 1" in text
    ]


def test_documents_follow_each_other_in_order() -> None:
    merged = merge_for_print(LETTERS)
    assert starts_of(merged) == [(1, "1"), (2, "2"), (4, "3")]
    assert merge_for_print(LETTERS) == merged


def test_each_document_starts_on_a_right_hand_page_if_asked() -> None:
    assert starts_of(merge_for_print(LETTERS, are_right_handed=True)) == [(1, "1"), (3, "2"), (5, "3")]


def test_an_unreadable_document_is_named() -> None:
    with pytest.raises(UnmergeablePdf) as refusal:
        merge_for_print([LETTERS[0], b"nothing"])
    assert refusal.value.message == "Le document n°\u00a02 n'est pas un PDF lisible."
