"""The letter folds into a window envelope, stays inside its margins and aligns its amounts."""

from __future__ import annotations

import dataclasses

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from encours.dunning.documents.letter import Block, LetterDocument, LetterInvoice, render_letter
from tests.documents.geometry import boxes_of, chars_of, page_count
from tests.dunning.test_letter import LETTER, TOPCONSEIL

WINDOW = (100.0, 45.0, 190.0, 80.0)
MARGINS = (14.0, 10.0, 196.0, 292.0)
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 5
LONG = dataclasses.replace(
    LETTER,
    recipient=(
        "ÉTABLISSEMENTS " + LONG_WORD,
        "M. le directeur " + "général adjoint " * 8,
        "x" * 200,
        "69003 LYON",
    ),
    sender=dataclasses.replace(
        TOPCONSEIL, name="Société " * 20, address1="rue " * 45, share_capital="W" * 60, signature="s" * 200
    ),
    subject="Relance " + LONG_WORD,
    mention="m" * 120,
    blocks=(Block("paragraph", LONG_WORD * 4 + "\n\nfin"), Block("invoices")),
    invoices=(LetterInvoice("F" * 64, "2016-01-04", "2016-01-31", 10**15, "EUR", 9999),),
)


def many(count: int) -> LetterDocument:
    lines = tuple(
        LetterInvoice(f"FAC-{index:04}", "2016-01-04", "2016-01-31", 7**index % 10**9 + 1, "EUR", index)
        for index in range(count)
    )
    return dataclasses.replace(LETTER, invoices=lines)


@pytest.mark.parametrize(
    "recipient", [LETTER.recipient, ("A" * 32, *(["b" * 32] * 4), "69003 LYON"), LONG.recipient]
)
def test_the_recipient_stands_inside_the_window(recipient: tuple[str, ...]) -> None:
    content = render_letter(dataclasses.replace(LETTER, recipient=recipient))
    inside = [char for char in chars_of(content) if char.left > WINDOW[0] - 1 and 40 < char.top < WINDOW[3]]
    assert len(inside) >= sum(len("".join(line.split())) for line in recipient)
    for char in inside:
        assert WINDOW[0] <= char.left
        assert char.right <= WINDOW[2]
        assert WINDOW[1] <= char.top
        assert char.bottom <= WINDOW[3]


@pytest.mark.parametrize("letter", [LETTER, LONG, many(4), many(40)], ids=["one", "long", "four", "forty"])
def test_nothing_is_printed_outside_the_margins(letter: LetterDocument) -> None:
    content = render_letter(letter)
    for page in range(page_count(content)):
        for char in chars_of(content, page):
            assert MARGINS[0] <= char.left, char
            assert char.right <= MARGINS[2], char
            assert MARGINS[1] <= char.top, char
            assert char.bottom <= MARGINS[3], char


def test_the_amounts_of_a_table_end_at_the_same_place() -> None:
    content = render_letter(many(12))
    rights = set()
    for index in range(12):
        cents = f"{(7**index % 10**9 + 1) % 100:02}"
        (_, top, _, bottom) = boxes_of(content, f"FAC-{index:04}")[0]
        rights |= {
            round(box[2], 1) for box in boxes_of(content, f",{cents}") if top - 1 < box[1] < bottom + 1
        }
    assert len(rights) == 1


def test_forty_invoices_run_over_two_pages_with_a_running_header() -> None:
    content = render_letter(many(40))
    assert page_count(content) == 2
    assert boxes_of(content, "TOPCONSEIL–Réf.relance:1", 1)
    assert boxes_of(content, "Pagen°2", 1)
    assert boxes_of(content, "FAC-0039", 1)


def test_the_transfer_code_is_readable_and_asks_the_total() -> None:
    sender = dataclasses.replace(TOPCONSEIL, iban="FR76 3000 6000 0112 3456 7890 189", bic="AGRIFRPP")
    letter = dataclasses.replace(LETTER, sender=sender, has_payment_block=True)
    page = PdfDocument(render_letter(letter))[0]
    codes = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert [code.text for code in codes] == [
        "BCD\n002\n1\nSCT\nAGRIFRPP\nTOPCONSEIL\nFR7630006000011234567890189\nEUR6400.00\n\n\nTOPCONSEIL-1"
    ]


@pytest.mark.parametrize(
    "changed",
    [{"iban": ""}, {"currency": "JPY"}, {"minor": 10**14}],
    ids=["no iban", "yen", "more than the code can say"],
)
def test_no_transfer_code_is_drawn_where_none_can_be(changed: dict[str, object]) -> None:
    sender = dataclasses.replace(TOPCONSEIL, iban=str(changed.get("iban", "FR7630006000011234567890189")))
    line = dataclasses.replace(
        LETTER.invoices[0],
        currency=str(changed.get("currency", "EUR")),
        remaining_minor=int(str(changed.get("minor", 640000))),
    )
    letter = dataclasses.replace(LETTER, sender=sender, invoices=(line,), has_payment_block=True)
    page = PdfDocument(render_letter(letter))[0]
    assert zxingcpp.read_barcodes(page.render(scale=3).to_pil()) == []
