"""Documents are merged for printing in their order, each on a right-hand page if asked."""

from __future__ import annotations

import dataclasses
import io

import pypdf
import pytest

from encours.documents.merging import Printed, UnmergeablePdf, merge_for_print
from encours.dunning.documents.letter import render_letter
from encours.statements.documents.drawing import render_statement
from tests.dunning.test_letter import LETTER
from tests.statements.varied import invoice, made

LETTERS = [
    Printed(
        f"TOPCONSEIL-{number}",
        [render_letter(dataclasses.replace(LETTER, reference=str(number), invoices=LETTER.invoices * count))],
    )
    for number, count in ((1, 1), (2, 40), (3, 1))
]
STATEMENT = render_statement(made("encours", [invoice(1)]))


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def starts_of(content: bytes) -> list[tuple[int, str]]:
    pages = [" ".join(page.extract_text().split()) for page in read(content).pages]
    return [
        (number, text.split("Réf. relance : ")[1][0])
        for number, text in enumerate(pages, start=1)
        if "Page n° 1" in text
    ]


def outline_of(content: bytes) -> list[tuple[str, int]]:
    reader = read(content)
    entries = [item for item in reader.outline if isinstance(item, pypdf.generic.Destination)]
    return [(str(item.title), (reader.get_destination_page_number(item) or 0) + 1) for item in entries]


def test_documents_follow_each_other_in_order() -> None:
    merged = merge_for_print(LETTERS)
    assert starts_of(merged) == [(1, "1"), (2, "2"), (4, "3")]
    assert merge_for_print(LETTERS) == merged


def test_each_document_starts_on_a_right_hand_page_if_asked_and_the_outline_says_where() -> None:
    merged = merge_for_print(LETTERS, are_right_handed=True)
    assert starts_of(merged) == [(1, "1"), (3, "2"), (5, "3")]
    assert outline_of(merged) == [("TOPCONSEIL-1", 1), ("TOPCONSEIL-2", 3), ("TOPCONSEIL-3", 5)]


def test_what_is_enclosed_follows_its_letter_without_a_blank_page() -> None:
    sheaf = Printed("TOPCONSEIL-1", [*LETTERS[0].files, STATEMENT])
    merged = merge_for_print([sheaf, LETTERS[2]], are_right_handed=True)
    texts = [page.extract_text() for page in read(merged).pages]
    assert ["Page n° 1" in text for text in texts] == [True, False, True]
    assert "Encours client" in texts[1]
    assert [float(page.mediabox.width) > 800 for page in read(merged).pages] == [False, True, False]


def test_the_merged_file_claims_no_standard_and_the_files_keep_their_bytes() -> None:
    before = [bytes(content) for content in LETTERS[0].files]
    merged = merge_for_print(LETTERS[:1])
    assert list(LETTERS[0].files) == before
    assert b"pdfaid" in before[0]
    assert read(merged).xmp_metadata is None
    assert "/StructTreeRoot" not in read(merged).root_object


def test_no_document_makes_an_empty_file() -> None:
    assert len(read(merge_for_print([])).pages) == 0


def test_an_unreadable_document_is_named() -> None:
    with pytest.raises(UnmergeablePdf) as refusal:
        merge_for_print([LETTERS[0], Printed("TOPCONSEIL-9", [b"nothing"])])
    assert refusal.value.message == "«\u00a0TOPCONSEIL-9\u00a0» contient un PDF illisible."
