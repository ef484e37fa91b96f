"""The letter folds into a window envelope, stays inside its margins and aligns its amounts."""

from __future__ import annotations

import dataclasses

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from encours.documents.letterhead import Letterhead
from encours.documents.sender import Sender
from encours.dunning.documents.letter import Block, LetterDocument, LetterInvoice, render_letter
from tests.documents.geometry import boxes_of, chars_of, page_count, shapes_of
from tests.dunning import letterheads
from tests.dunning.test_letter import LETTER, TOPCONSEIL

FOLDS = (99.0, 198.0)
WINDOW = (100.0, 45.0, 190.0, 80.0)
PAGE = (210.0, 297.0)
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


EXTREMES = (
    Letterhead(
        margin_left_mm=15,
        margin_right_mm=15,
        margin_top_mm=10,
        margin_bottom_mm=25,
        logo_sha256=letterheads.WIDE,
    ),
    Letterhead(
        margin_left_mm=25,
        margin_right_mm=25,
        margin_top_mm=30,
        margin_bottom_mm=40,
        logo_sha256=letterheads.HIGH,
        logo_height_mm=30,
        signature_sha256=letterheads.SIGNED,
        footer_note="m" * 200,
    ),
)


def dressed(letter: LetterDocument, look: Letterhead) -> LetterDocument:
    return dataclasses.replace(letter, sender=dataclasses.replace(letter.sender, letterhead=look))


def asking_for_transfer(sender: Sender) -> Sender:
    return dataclasses.replace(sender, letterhead=Letterhead(has_payment_block=True))


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


def bounds_of(letter: LetterDocument) -> tuple[float, float, float, float]:
    """Return where text may stand: between the margins; header and footer stand in those above and below."""
    look = letter.sender.letterhead
    return (
        look.margin_left_mm - 0.2,
        look.margin_top_mm / 3,
        PAGE[0] - look.margin_right_mm + 0.2,
        PAGE[1] - 4,
    )


def is_fold_mark(shape: tuple[float, ...]) -> bool:
    return shape[2] < 10 and any(abs(shape[1] - height) < 0.5 for height in FOLDS)


@pytest.mark.parametrize("letter", [LETTER, LONG, many(4), many(40)], ids=["one", "long", "four", "forty"])
@pytest.mark.parametrize("look", [Letterhead(), *EXTREMES], ids=["plain", "narrow", "wide"])
def test_nothing_is_printed_outside_the_margins(letter: LetterDocument, look: Letterhead) -> None:
    letter = dressed(letter, look)
    content = render_letter(letter, letterheads.CONTENTS)
    left, top, right, bottom = bounds_of(letter)
    for page in range(page_count(content)):
        for char in chars_of(content, page):
            assert left <= char.left, char
            assert char.right <= right, char
            assert top <= char.top, char
            assert char.bottom <= bottom, char
        for shape in shapes_of(content, page):
            assert is_fold_mark(shape) or (left <= shape[0] + 0.3 and shape[2] <= right + 0.3), shape


def test_the_fold_marks_stand_at_each_third_of_the_first_page_alone() -> None:
    content = render_letter(many(40))
    marks = [[shape for shape in shapes_of(content, page) if shape[2] < 10] for page in (0, 1)]
    assert sorted(round((mark[1] + mark[3]) / 2) for mark in marks[0]) == [99, 198]
    assert marks[1] == []


@pytest.mark.parametrize("look", EXTREMES, ids=["narrow", "wide"])
@pytest.mark.parametrize("recipient", [LETTER.recipient, LONG.recipient], ids=["short", "long"])
def test_no_letterhead_moves_the_recipient_or_covers_it(recipient: tuple[str, ...], look: Letterhead) -> None:
    letter = dressed(dataclasses.replace(LETTER, recipient=recipient), look)
    content = render_letter(letter, letterheads.CONTENTS)
    name = boxes_of(content, "CLIENTX") or boxes_of(content, "ÉTABLISSEMENTS")
    assert abs(name[0][0] - 104) < 1
    assert 45 <= name[0][1] <= 50
    assert not [char for char in chars_of(content) if 98.5 < char.left < 103 and 40 < char.top < 80]
    pictures = [shape for shape in shapes_of(content) if shape[3] < 80 and not is_fold_mark(shape)]
    assert pictures
    assert all(shape[2] <= 99 for shape in pictures)


def test_a_head_with_a_high_logo_ends_before_the_reference() -> None:
    content = render_letter(dressed(LETTER, EXTREMES[1]), letterheads.CONTENTS)
    assert boxes_of(content, "R.C.S.:RCSPARIS")[0][3] < boxes_of(content, "Réf.relance:1")[0][1]


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
    letter = dataclasses.replace(LETTER, sender=asking_for_transfer(sender))
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
    letter = dataclasses.replace(LETTER, sender=asking_for_transfer(sender), invoices=(line,))
    page = PdfDocument(render_letter(letter))[0]
    assert zxingcpp.read_barcodes(page.render(scale=3).to_pil()) == []
