"""Letters to customers of all kinds keep to their page, and the manual shows what is drawn today."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from pypdfium2 import PdfDocument
from zxingcpp import read_barcodes

from bench import letters
from encours.dunning.documents.letter import render_letter, totals_asked
from tests.documents.geometry import boxes_of, chars_of, page_count
from tests.dunning.cases import CASES, with_paragraph
from tests.dunning.letterheads import CONTENTS
from tests.dunning.test_letter_geometry import WINDOW, bounds_of
from tests.dunning.test_letter_hostile import text_of

MANUAL = Path(__file__).resolve().parent.parent.parent / "docs" / "user"


@pytest.mark.parametrize("case", CASES)
def test_each_letter_keeps_to_its_page_and_says_its_totals(case: str) -> None:
    letter = CASES[case]
    content = render_letter(letter, CONTENTS)
    left, top, right, bottom = bounds_of(letter)
    for page in range(page_count(content)):
        for char in chars_of(content, page):
            assert left <= char.left <= char.right <= right, char
            assert top <= char.top <= char.bottom <= bottom, char
    in_window = [
        char for char in chars_of(content) if char.left > WINDOW[0] - 1 and 40 < char.top < WINDOW[3]
    ]
    assert in_window
    assert all(WINDOW[1] <= char.top and char.bottom <= WINDOW[3] for char in in_window)
    printed = "".join(text_of(content).split())
    for total in totals_asked(letter):
        assert "".join(total.split()) in printed
    assert boxes_of(content, "Page", page_count(content) - 1)


@pytest.mark.parametrize("case", CASES)
def test_the_code_asks_what_the_letter_asks_in_euros_and_nothing_else(case: str) -> None:
    letter = CASES[case]
    pdf = PdfDocument(render_letter(letter, CONTENTS))
    read = [code.text.split("\n") for page in pdf for code in read_barcodes(page.render(scale=2).to_pil())]
    pdf.close()
    if not letter.sender.letterhead.has_payment_block or case == "trois-devises":
        assert read == []
        return
    (fields,) = read
    cents = sum(line.remaining_minor for line in letter.invoices)
    assert fields[:4] == ["BCD", "002", "1", "SCT"]
    assert (fields[6], fields[7]) == (letter.sender.iban, f"EUR{cents // 100}.{cents % 100:02}")
    assert (fields[4], fields[10]) == (letter.sender.bic, letter.identifier)


def test_a_letter_that_fits_a_page_takes_one() -> None:
    pages = {name: page_count(render_letter(letter, CONTENTS)) for name, letter in CASES.items()}
    assert {name for name, count in pages.items() if count > 1} == {"quarante-factures"}


def test_a_letter_to_an_english_customer_says_all_in_english() -> None:
    printed = text_of(render_letter(CASES["anglais"], CONTENTS)).replace("\u00a0", " ")
    for element in (
        "Reminder ref.: 12", "Page 1", "Paris, 16 May 2016", "- Ordinary letter -",
        "Subject: Second reminder of 5 outstanding invoices", "Dear Sir or Madam,", "Month/year",
        "Days late", "Amount due (incl. VAT)", "Total due: 492.60 EUR (incl. VAT)", "Yours faithfully,",
        "To pay by bank transfer", "Enclosed:", "your account statement as of 16/05/2016",
        "Share capital: 100 000 EUR", "Registered office: 12 rue de la Paix, 75002 PARIS", "ROYAUME-UNI",
    ):  # fmt: skip
        assert element in printed
    for french in ("Objet", "Échéance", "TTC", "Pièces jointes", "Bénéficiaire", "Siège social"):
        assert french not in printed


def test_french_words_are_broken_by_the_rules_of_french() -> None:
    letter = with_paragraph(CASES["une-facture"], "Nous procéderons extraordinairement. " * 30)
    printed = text_of(render_letter(letter, CONTENTS)).replace("\r", "").replace("\n", "")
    breaks = {"ex", "extra", "extraor", "extraordi", "extraordinai", "extraordinaire"}
    found = set(re.findall(r"(extra\w*)[-\u2010\ufffe\u0002]", printed))
    assert found
    assert found <= breaks


def test_the_manual_shows_each_picture_and_no_other_of_a_letter() -> None:
    page = (MANUAL / "courriers.md").read_text(encoding="utf-8")
    kept = {path.name for path in (MANUAL / "pictures").glob("lettre-*.png")}
    assert kept == {letters.file_name(case, 1) for case in letters.SHOWN}
    assert all(f"(pictures/{name})" in page for name in kept)


@pytest.mark.parametrize("case", letters.SHOWN)
def test_a_picture_of_the_manual_is_the_letter_as_it_is_drawn_today(case: str) -> None:
    kept = Image.open(MANUAL / "pictures" / letters.file_name(case, 1)).convert("L")
    drawn = Image.open(io.BytesIO(letters.draw(case)[0])).convert("L")
    assert kept.size == drawn.size
    faint = ImageChops.difference(kept, drawn).point([0] * 24 + [255] * 232)
    assert faint.getbbox() is None, "python -m bench.letters draws it anew"
