"""The manual shows the statements as they are drawn today, and the logo of the entity on their first page."""

from __future__ import annotations

import re

import pytest
from PIL import Image, ImageChops

from tests.documents.geometry import boxes_of, shapes_of
from tests.statements.pictures import FOLDER, SHOWN, pages
from tests.statements.test_ageing_bar import figures_of
from tests.statements.varied import drawn, varied

CASES = varied()


def test_the_manual_shows_each_picture_and_no_other_of_a_statement() -> None:
    page = (FOLDER.parent / "releves.md").read_text(encoding="utf-8")
    kept = {path.stem for path in FOLDER.glob("releve-*.png")}
    assert kept == set(SHOWN) == set(re.findall(r"\(pictures/([a-z-]+)\.png\)", page))


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_of_the_manual_is_the_statement_as_it_is_drawn_today(name: str) -> None:
    kept = Image.open(FOLDER / f"{name}.png").convert("L")
    today = pages(CASES[SHOWN[name]])[0].convert("L")
    assert kept.size == today.size
    faint = ImageChops.difference(kept, today).point([0] * 24 + [255] * 232)
    assert faint.getbbox() is None, "python -m tests.statements.pictures draws it anew"


@pytest.mark.parametrize("name", ["forty", "full", "english"])
def test_the_logo_stands_above_the_heading_of_the_first_page_alone(name: str) -> None:
    content = drawn(CASES[name])
    above = [shape for shape in shapes_of(content) if shape[3] < 20.5]
    assert above
    assert min(shape[0] for shape in above) >= 13.9
    assert min(shape[1] for shape in above) >= 5.9
    assert max(shape[2] for shape in above) <= 14 + 60.1
    (name_box,) = boxes_of(content, "TOPCONSEIL")[:1]
    assert name_box[0] > max(shape[2] for shape in above)
    said = "Logo of TOPCONSEIL" if name == "english" else "Logo de TOPCONSEIL"
    assert figures_of(content).count(said) == 1
    if name != "english":
        assert [shape for shape in shapes_of(content, 1) if shape[3] < 20] == []
