"""Reminders drawn by processes are those drawn here, byte for byte; one that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from encours.documents.compiling import DrawingError
from encours.documents.letterhead import Letterhead
from encours.dunning.issuing import drawing, painters
from encours.dunning.issuing.drawing import DrawingOrder
from encours.dunning.issuing.ordering import order_of
from encours.dunning.letterheads import Proposed, save_letterhead
from tests import build
from tests.dunning import letterheads
from tests.dunning.issuing import remind_one
from tests.statements.test_ageing_bar import figures_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def children() -> Iterator[None]:
    yield
    painters.close()


def an_order(code: str = "L1") -> DrawingOrder:
    account = build.account(build.customer(code))
    build.invoice(account)
    return order_of(remind_one(account, code).frozen)


def test_the_processes_draw_the_same_bytes_and_go_on_after_one_that_fails() -> None:
    look = Proposed(Letterhead()).with_picture("logo", letterheads.PICTURES[0])
    save_letterhead(entity=build.entity(), proposed=look, actor=build.ACTOR, now=build.NOW, today=build.TODAY)
    letter, email = an_order("L1"), an_order("E1")
    assert letter.originals == email.originals == {letterheads.WIDE: letterheads.PICTURES[0]}
    for order in (letter, email):
        assert figures_of(drawing.draw(order)[1].content).count("Logo de TopConseil") == 1
    bad = DrawingOrder(letter.frozen.replace('"kind":"compte"', '"kind":"inconnu"'), "")
    futures = painters.start([letter, bad, email] * 6)
    for at, future in enumerate(futures):
        if at % 3 == 1:
            with pytest.raises(DrawingError):
                future.result()
        else:
            assert future.result() == drawing.draw((letter, email)[at % 3 // 2])


def test_a_process_that_died_while_it_waited_is_replaced() -> None:
    order = an_order()
    assert [len(future.result()) for future in painters.start([order] * 16)] == [2] * 16
    for _ in range(painters.child_count()):
        child = painters._idle.get_nowait()
        child.process.kill()
        child.process.wait()
        painters._idle.put(child)
    assert [len(future.result()) for future in painters.start([order] * 16)] == [2] * 16
