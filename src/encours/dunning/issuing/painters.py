"""Draw many reminders at once: one child process per processor, each given one reminder after another.

Composing a message is Python and would hold the lock of this process for a third of the time. The children
are started for the first large chunk, are kept for the next, and end with the process: their pipe closes.
"""

from __future__ import annotations

import atexit
import os
import queue
import subprocess
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

from encours.documents import children
from encours.documents.children import BoundedReader, Child
from encours.dunning.issuing import drawing, wire
from encours.dunning.issuing.drawing import DrawingOrder, DrawnFile

AT_ONCE_FROM = 16
"""From this many reminders on it is worth starting processes; fewer are drawn here."""
MOST_CHILDREN = 4
REMINDERS_PER_CHILD = 2_000
"""A child is replaced after so many: Typst keeps what it has drawn last."""
TIMEOUT_SECONDS = 300.0


_idle: queue.SimpleQueue[Child] = queue.SimpleQueue()


def child_count() -> int:
    """Return how many reminders are drawn at the same time: as many as there are processors for us."""
    return max(1, min(MOST_CHILDREN, len(os.sched_getaffinity(0))))


def start(orders: list[DrawingOrder]) -> list[Future[list[DrawnFile]]]:
    """Begin to draw reminders; each future gives the files of one, or raises what went wrong with it."""
    if len(orders) < AT_ONCE_FROM:
        return [_drawn_here(order) for order in orders]
    return [_threads(os.getpid()).submit(_drawn_by_a_child, order) for order in orders]


def close() -> None:
    """End the children that wait; the next large chunk starts new ones."""
    while not _idle.empty():
        child = _idle.get_nowait()
        if child.is_ours:
            children.end(child)


@cache
def _threads(_pid: int) -> ThreadPoolExecutor:
    """Return the threads that wait for the children, of this process."""
    return ThreadPoolExecutor(child_count(), thread_name_prefix="painter")


def _drawn_here(order: DrawingOrder) -> Future[list[DrawnFile]]:
    future: Future[list[DrawnFile]] = Future()
    try:
        future.set_result(drawing.draw(order))
    except Exception as error:
        future.set_exception(error)
    return future


def _drawn_by_a_child(order: DrawingOrder) -> list[DrawnFile]:
    child = _take()
    is_well = False
    try:
        files = _ask(child.process, order)
        child.drawn += 1
        is_well = child.drawn < REMINDERS_PER_CHILD
        return files
    except wire.NotDrawnError:
        is_well = True
        raise
    finally:
        if is_well:
            _idle.put(child)
        else:
            children.end(child)


def _ask(process: subprocess.Popen[bytes], order: DrawingOrder) -> list[DrawnFile]:
    if process.stdin is None or process.stdout is None:
        raise EOFError("the drawing process has no pipes")
    wire.write_order(process.stdin, order)
    return wire.read_files(BoundedReader(process.stdout.fileno(), time.monotonic() + TIMEOUT_SECONDS))


def _take() -> Child:
    while True:
        try:
            child = _idle.get_nowait()
        except queue.Empty:
            break
        if child.is_ours:
            if child.is_alive:
                return child
            children.end(child)
    return children.start("encours.dunning.issuing.child")


atexit.register(close)
