"""The engine: literal text, the same bytes, standards, and errors that say where."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from encours.documents import compiling, engine
from encours.documents.coverage import covered_characters, printable


def test_the_shipped_fonts_cover_latin_greek_and_cyrillic() -> None:
    known = covered_characters()
    assert all(chr(point) in known for point in range(0x20, 0x7F))
    assert all(chr(point) in known for point in range(0xA0, 0x250) if point != 0xAD)
    assert all(char in known for char in "ΑΩαωάϊАЯаяёЁїґ€–’…\u00a0\u202f")


def test_what_no_font_covers_is_shown_by_its_code_point() -> None:
    assert printable("Société 中 Ltd") == "Société [U+4E2D] Ltd"
    assert printable("a\x00b\u202ec\U0001f600") == "a[U+0000]b[U+202E]c[U+1F600]"
    assert printable("a\tb\nc") == "a b\nc"
    assert printable("\ud800") == "[U+D800]"


def test_an_error_of_a_template_names_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "ROOT", tmp_path)
    monkeypatch.setattr(compiling._local, "compiler", None, raising=False)
    template = tmp_path / "wrong.typ"
    template.write_text("first\n#nothing\n")
    with pytest.raises(engine.DrawingError, match=r"wrong\.typ:2:"):
        engine.render_pdf(template, {}, date=dt.date(2016, 5, 16))
    monkeypatch.setattr(compiling._local, "compiler", None)
