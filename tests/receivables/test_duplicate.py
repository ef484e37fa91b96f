"""A duplicate drawn from the data says that it is one, and says the amounts."""

from __future__ import annotations

import dataclasses
import io

import pypdf
import pytest

from encours.documents.coverage import printable
from encours.documents.letterhead import Letterhead
from encours.documents.sender import Sender
from encours.receivables.documents.duplicate import DuplicateDocument, render_duplicate
from tests.documents.geometry import shapes_of
from tests.dunning.letterheads import CONTENTS, WIDE
from tests.dunning.test_letter_hostile import HOSTILE, bare
from tests.dunning.test_letter_hostile import text_of as literal_text

PER_DUPLICATE = 10

DUPLICATE = DuplicateDocument(
    language="fr",
    kind="invoice",
    number="FAC-201601-01",
    issue_date="2016-01-04",
    due_date="2016-01-31",
    net_minor=950000,
    vat_minor=190000,
    gross_minor=1140000,
    currency="EUR",
    sender=Sender(code="TOPCONSEIL", name="TOPCONSEIL", siren="732829320", rcs_town="PARIS"),
    customer=("CLIENT X", "27 avenue des Champs", "69003 LYON"),
    drawn_on="2016-05-16",
)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    "element",
    [
        "DUPLICATA",
        "Facture n° FAC-201601-01",
        "31/01/2016",
        "Total H.T. 9 500,00 EUR",
        "T.V.A. 1 900,00 EUR",
        "Total T.T.C. 11 400,00 EUR",
    ],
)
def test_a_duplicate_says_the_invoice_and_that_it_is_a_duplicate(element: str) -> None:
    assert element in text_of(render_duplicate(DUPLICATE))


def test_the_same_duplicate_has_the_same_bytes() -> None:
    again = DuplicateDocument.from_json(DUPLICATE.to_json())
    assert again == DUPLICATE
    assert render_duplicate(again) == render_duplicate(DUPLICATE)


def test_a_duplicate_carries_the_face_of_its_entity() -> None:
    look = Letterhead(logo_sha256=WIDE, margin_left_mm=25)
    dressed = dataclasses.replace(DUPLICATE, sender=dataclasses.replace(DUPLICATE.sender, letterhead=look))
    content = render_duplicate(dressed, CONTENTS)
    logo = min(shapes_of(content), key=lambda shape: shape[1])
    assert (round(logo[0]), round(logo[1])) == (25, 20)
    assert render_duplicate(DuplicateDocument.from_json(dressed.to_json()), CONTENTS) == content


@pytest.mark.parametrize(("source", "strings"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_texts_are_printed_literally_on_duplicates(source: str, strings: list[str]) -> None:
    for start in range(0, len(strings), PER_DUPLICATE):
        batch = strings[start : start + PER_DUPLICATE]
        hostile = dataclasses.replace(
            DUPLICATE,
            number=batch[0][:64],
            customer=tuple(text[:80] for text in batch),
            sender=dataclasses.replace(DUPLICATE.sender, name=batch[-1][:120]),
            customer_code=batch[-1][:40],
        )
        printed = bare(literal_text(render_duplicate(hostile)))
        for text in (*(text[:80] for text in batch), batch[0][:64], batch[-1][:120]):
            assert bare(printable(text)) in printed, (source, text)
