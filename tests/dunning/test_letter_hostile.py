"""Nothing typed by a person is read as markup: hostile names, subjects and messages are printed literally."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encours.core import french
from encours.core.currencies import DECIMALS
from encours.documents.coverage import printable
from encours.documents.letterhead import LOGO_HEIGHTS_MM, MARGINS_MM, Letterhead
from encours.dunning.documents.letter import Block, LetterInvoice, render_letter, totals_asked
from tests.dunning.letterheads import CONTENTS, SIGNED
from tests.dunning.test_letter import LETTER
from tests.samples import find_samples

PER_LETTER = 12
OURS = [
    "#panic()", "$x^2$ *bold* _it_ `raw` @ref <label> = heading", '#read("/etc/passwd")', "\\u{41} \\ // c",
    "a  b", "-- --- ... \"q\" 'q'", "[#image(\"x\")]", "{{ 7*7 }} ${7*7} <%= 7*7 %>", "中文 العربية 😀 é",
    "\x00\x07\x1b", "\u202eevil", "Ωμέγα Щукин Ťřebíč ẞ", "=1+1", "\ud800", "x" * 300,
]  # fmt: skip


def strings_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".json":
        return [line for line in text.split("\n") if line.strip()]
    return [each for each in json.loads(text) if each.strip()]


HOSTILE = [("ours", OURS)] + [
    (path.name, strings_of(path))
    for name in ("hostile/text/blns.json", "hostile/text/ssti.fuzz")
    for path in find_samples(name)
]


def bare(text: str) -> str:
    """Return text without what line breaking may change, and without marks.

    Readers repeat the letter of a stack of marks once for each mark: doubled letters become one.
    """
    kept = "".join(char for char in text if char.strip() and char not in "-\u2010\u00ad\ufffe\x02")
    letters = (char for char in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(char))
    return re.sub(r"(.)\1+", r"\1", "".join(letters))


def text_of(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    try:
        return "".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


@pytest.mark.parametrize(("source", "strings"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_texts_are_printed_literally(source: str, strings: list[str]) -> None:
    for start in range(0, len(strings), PER_LETTER):
        batch = strings[start : start + PER_LETTER]
        letter = dataclasses.replace(
            LETTER,
            subject=" | ".join(batch),
            recipient=tuple(text[:200] for text in batch[:4]),
            blocks=(*(Block("paragraph", text) for text in batch), Block("invoices")),
            mention=batch[-1][:200],
            sender=dataclasses.replace(
                LETTER.sender,
                name=batch[0][:200],
                signature=batch[-1][:200],
                letterhead=Letterhead(footer_note=batch[0][:200]),
            ),
            invoices=tuple(
                LetterInvoice(text[:64], "2016-01-04", "2016-01-31", 1, "EUR", 1) for text in batch
            ),
        )
        printed = bare(text_of(render_letter(letter)))
        for text in batch:
            assert bare(printable(text)) in printed, (source, text)


TEXTS = st.text(max_size=80)
LINES = st.builds(
    LetterInvoice,
    number=st.text(min_size=1, max_size=64),
    issue_date=st.dates().map(str),
    due_date=st.dates().map(str),
    remaining_minor=st.integers(1, 10**15),
    currency=st.sampled_from(sorted(DECIMALS)),
    days_late=st.integers(-400, 10**5),
)


LOOKS = st.builds(
    Letterhead,
    logo_sha256=st.sampled_from(["", *CONTENTS]),
    logo_height_mm=st.integers(*LOGO_HEIGHTS_MM),
    signature_sha256=st.sampled_from(["", SIGNED]),
    footer_note=TEXTS,
    has_payment_block=st.booleans(),
    **{f"margin_{side}_mm": st.integers(*bounds) for side, bounds in MARGINS_MM.items()},
)


@settings(max_examples=40, deadline=None)
@given(
    TEXTS,
    TEXTS,
    st.lists(TEXTS, max_size=6),
    st.lists(LINES, max_size=9),
    LOOKS,
    st.sampled_from(["fr", "en"]),
)
def test_any_data_make_a_letter_whose_totals_are_those_of_its_lines(
    name: str, subject: str, texts: list[str], lines: list[LetterInvoice], look: Letterhead, language: str
) -> None:
    letter = dataclasses.replace(
        LETTER,
        language=language,
        subject=subject,
        recipient=(name, *texts),
        blocks=(Block("invoices"), *(Block("paragraph", text) for text in texts)),
        invoices=tuple(lines),
        sender=dataclasses.replace(LETTER.sender, letterhead=look, iban="FR7630006000011234567890189"),
    )
    printed = "".join(text_of(render_letter(letter, CONTENTS)).split())
    expected: dict[str, int] = {}
    for line in lines:
        expected[line.currency] = expected.get(line.currency, 0) + line.remaining_minor
    assert len(totals_asked(letter)) == len(expected)
    for currency, minor in expected.items():
        asked = "".join(french.amount_with_code(minor, currency, language).split())
        assert f"{asked}(" in printed
