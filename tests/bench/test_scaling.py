"""The tables of docs/scaling.md add up, say when they are no end, and take the place marked for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.loads import Load
from bench.scaling import LARGEST, PAGE, notes, section, table_of_loads, table_of_rooms
from bench.sizes import write


def test_tables_beyond_the_largest_are_added_up() -> None:
    found = [(f"t{number}", 10, 2_000_000, 1_000_000) for number in range(LARGEST + 2)]
    lines = list(table_of_rooms(found))
    assert lines[2] == "| `t0` | 10 | 2.00 | 1.00 |"
    assert len(lines) == 2 + LARGEST + 2
    assert lines[-2:] == ["| all others | 20 | 4.00 | 2.00 |", "| together | 100 | 20.0 | 10.0 |"]


def test_a_request_has_one_row_and_each_size_a_column() -> None:
    first = Load(label="list", clock=12.4, web=10.2, backend=1.25, pages=340, log=0)
    second = Load(label="list", clock=15.6, web=11, backend=4, pages=3400, log=0)
    assert list(table_of_loads({"10k": [first], "100k": [second]})) == [
        "| what | 10k | 100k |",
        "|---|---|---|",
        "| list | 12 / 10 / 1.2 / 340 | 16 / 11 / 4.0 / 3,400 |",
    ]


def test_a_sentence_stands_apart_from_the_table_below_it() -> None:
    assert section("Room", "What it takes.", "| a |", "|---|") == "### Room\n\nWhat it takes.\n\n| a |\n|---|"
    assert section("Room", "| a |", "|---|") == "### Room\n\n| a |\n|---|"


def test_a_trial_says_that_it_is_one() -> None:
    assert list(notes(1_000_000, busy=False)) == []
    assert [note[:22] for note in notes(10_000, busy=True)] == [
        "**A trial at 10k invoi",
        "**Other work was runni",
    ]


def test_what_is_written_replaces_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- scaling: from here -->\nold\n<!-- scaling: to here -->\nafter\n", "utf-8")
    for text in ("new", "newer"):
        write(text, "scaling", page)
    assert page.read_text("utf-8") == (
        "before\n<!-- scaling: from here -->\n\nnewer\n\n<!-- scaling: to here -->\nafter\n"
    )


def test_a_page_without_its_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here\n", "utf-8")
    with pytest.raises(SystemExit):
        write("new", "scaling", page)
    assert page.read_text("utf-8") == "nothing here\n"
    assert "<!-- scaling: from here -->" in PAGE.read_text("utf-8")
