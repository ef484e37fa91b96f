"""An original keeps what it encloses, each page says «DUPLICATA», broken files are refused."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encours.receivables.documents.duplicate import render_duplicate
from encours.receivables.documents.stamp import UnreadablePdf, stamp_original
from tests.receivables.test_duplicate import DUPLICATE
from tests.samples import find_samples

FACTURX = [path for folder in find_samples("facturx") for path in sorted(folder.glob("*.pdf"))]


def pdf_of(pages: int = 1, **page: object) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842)).obj.update(page)
        pdf.save(target)
    return target.getvalue()


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_each_page_is_marked_and_the_original_is_untouched() -> None:
    original = pdf_of(3)
    before = bytes(original)
    stamped = stamp_original(original)
    assert original == before
    assert [text.count("DUPLICATA") for text in pages_of(stamped)] == [1, 1, 1]
    assert stamp_original(original) == stamped


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_mark_stands_upright_on_a_turned_page_and_inside_it(turn: int) -> None:
    stamped = stamp_original(pdf_of(1, **{"/Rotate": turn}))
    places: list[tuple[float, float]] = []

    def see(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            matrix = _multiply(tm, cm)
            places.append((matrix[4], matrix[5]))

    pypdf.PdfReader(io.BytesIO(stamped)).pages[0].extract_text(visitor_text=see)
    assert places
    assert all(0 < x < 595 and 0 < y < 842 for x, y in places)


def _multiply(first: list[float], second: list[float]) -> list[float]:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m]


def test_what_the_original_encloses_survives() -> None:
    drawn = render_duplicate(DUPLICATE)
    enclosed = pypdf.PdfReader(io.BytesIO(stamp_original(drawn))).attachments
    assert DUPLICATE.to_json() == enclosed["facture.json"][0].decode()


@pytest.mark.parametrize("path", FACTURX, ids=lambda path: path.name)
def test_a_factur_x_keeps_its_xml(path: Path) -> None:
    content = path.read_bytes()
    before = pypdf.PdfReader(io.BytesIO(content)).attachments
    after = pypdf.PdfReader(io.BytesIO(stamp_original(content))).attachments
    assert {name: list(files) for name, files in after.items()} == {
        name: list(files) for name, files in before.items()
    }
    assert before


def encrypted() -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user="u"))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "n'est pas un PDF lisible"),
        (b"%PDF-1.7\nnothing", "n'est pas un PDF lisible"),
        (b"\x00" * 5000, "n'est pas un PDF lisible"),
        (pdf_of(2)[:60], "n'est pas un PDF lisible"),
        (pdf_of(0), "0 pages"),
        (pdf_of(501), "501 pages"),
        (encrypted(), "mot de passe"),
    ],
)
def test_what_cannot_be_stamped_is_refused_in_french(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadablePdf) as refusal:
        stamp_original(content)
    assert sentence in refusal.value.message


DRAWN = render_duplicate(DUPLICATE)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(DRAWN) - 1), st.binary(min_size=1, max_size=40), st.integers(0, 400))
def test_a_damaged_file_is_stamped_or_refused_and_nothing_else(at: int, junk: bytes, removed: int) -> None:
    damaged = DRAWN[:at] + junk + DRAWN[at + removed :]
    with suppress(UnreadablePdf):
        assert stamp_original(damaged).startswith(b"%PDF")
