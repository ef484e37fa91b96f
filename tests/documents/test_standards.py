"""Every document that we draw says its title and language, claims its standards, carries fonts and data."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator

import pikepdf
import pytest

from encours.dunning.documents.letter import render_letter
from encours.receivables.documents.duplicate import render_duplicate
from tests.dunning.cases import CASES
from tests.dunning.letterheads import CONTENTS
from tests.receivables.test_duplicate import DUPLICATE
from tests.statements.varied import drawn, varied

STATEMENTS = varied()
DOCUMENTS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "letter": (lambda: render_letter(CASES["noms-du-monde"], CONTENTS), "fr", "relance.json"),
    "english-letter": (lambda: render_letter(CASES["anglais"], CONTENTS), "en", "relance.json"),
    "encours": (lambda: drawn(STATEMENTS["forty"]), "fr", "encours.json"),
    "compte": (lambda: drawn(STATEMENTS["other-scripts"]), "fr", "compte.json"),
    "english-encours": (lambda: drawn(STATEMENTS["english"]), "en", "encours.json"),
    "duplicate": (lambda: render_duplicate(DUPLICATE), "fr", "facture.json"),
}
"""Each document with its language, and the name of the data that it carries."""


@pytest.fixture(params=DOCUMENTS)
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a document."""
    return str(request.param)


@pytest.fixture
def pdf(name: str) -> Iterator[pikepdf.Pdf]:
    """Return the document, opened."""
    with pikepdf.open(io.BytesIO(DOCUMENTS[name][0]())) as opened:
        yield opened


def test_a_document_says_its_title_and_its_language(pdf: pikepdf.Pdf, name: str) -> None:
    assert str(pdf.Root.Lang) == DOCUMENTS[name][1]
    assert len(str(pdf.open_metadata()["dc:title"])) > 10
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_a_document_is_tagged_and_claims_its_standards(pdf: pikepdf.Pdf) -> None:
    claims = pdf.open_metadata()
    assert claims.pdfa_status == "3B"
    assert str(claims["pdfuaid:part"]) == "1"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert "/StructTreeRoot" in pdf.Root


def test_its_fonts_are_embedded_and_hold_only_what_it_prints(pdf: pikepdf.Pdf) -> None:
    fonts = [
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == pikepdf.Name.FontDescriptor
    ]
    assert fonts
    for font in fonts:
        assert re.fullmatch(r"/[A-Z]{6}\+(SourceSans3|NotoSans)-\w+", str(font.FontName))
        assert "/FontFile2" in font or "/FontFile3" in font


def test_it_carries_the_data_that_it_was_drawn_from(pdf: pikepdf.Pdf, name: str) -> None:
    (attached,) = pdf.attachments
    assert attached == DOCUMENTS[name][2]
    assert pdf.attachments[attached].relationship == pikepdf.Name.Data
    assert json.loads(pdf.attachments[attached].get_file().read_bytes())["sender"]
