"""Large documents are drawn in children that can be killed: same bytes, a time limit, errors told."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from encours.documents import compiling, pool
from encours.documents.children import Child
from encours.documents.compiling import DrawingError, Order
from encours.dunning.documents import letter
from tests.dunning.test_letter import LETTER

ORDER = Order(
    str(letter.TEMPLATE),
    {"data": json.dumps(letter.letter_data(LETTER)), "attachment": "", "attached_as": ""},
    LETTER.date,
)


@pytest.fixture(autouse=True)
def _no_child_left() -> Iterator[None]:
    pool.close()
    yield
    pool.close()


def children() -> list[int]:
    return [child.process.pid for child in list(pool._places.queue) if child is not None]


def test_a_child_draws_the_same_bytes_and_is_kept_for_the_next_document() -> None:
    assert pool.draw(ORDER) == compiling.draw_pdf(ORDER)
    kept = children()
    pool.draw(ORDER)
    assert len(kept) == 1
    assert set(kept) & set(children())


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Note each child that is started."""
    found: list[Child] = []
    start = pool._start

    def noted() -> Child:
        found.append(start())
        return found[-1]

    monkeypatch.setattr(pool, "_start", noted)
    return found


def test_a_document_that_lasts_too_long_is_given_up_and_its_child_replaced(
    started: list[Child],
) -> None:
    with pytest.raises(DrawingError, match="too long"):
        pool.draw(ORDER, timeout_seconds=0.01)
    slow, successor = started
    assert slow.process.poll() is not None
    assert children() == [successor.process.pid]
    assert pool.draw(ORDER)
    assert len(started) == 2


def test_one_child_is_enough_for_documents_drawn_one_after_the_other(started: list[Child]) -> None:
    for _ in range(3):
        pool.draw(ORDER)
    assert len(started) == 1


def test_a_child_that_was_killed_is_replaced() -> None:
    pool.draw(ORDER)
    for pid in children():
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert pool.draw(ORDER)


def test_an_error_of_the_template_comes_back_with_its_line() -> None:
    wrong = dataclasses.replace(ORDER, inputs={**ORDER.inputs, "data": "{}"})
    with pytest.raises(DrawingError, match=r"\.typ:\d+:\d+"):
        pool.draw(wrong)
    with pytest.raises(DrawingError):
        pool.draw(dataclasses.replace(ORDER, template=str(Path("/absent.typ"))))


def test_a_child_is_replaced_before_it_grows(monkeypatch: pytest.MonkeyPatch, started: list[Child]) -> None:
    monkeypatch.setattr(pool, "CHARACTERS_PER_CHILD", 10)
    pool.draw(ORDER)
    grown, successor = started
    assert grown.process.poll() is not None
    assert children() == [successor.process.pid]
