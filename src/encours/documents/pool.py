"""Draw large documents in child processes that can be killed, and that are replaced before they grow.

Typst keeps the last compiles in memory and has no time limit of its own: statements of some thousand lines
would take gigabytes in a server, and a document that never ends would hold its thread for ever.
"""

from __future__ import annotations

import atexit
import queue
import time

from encours.documents import children, frames
from encours.documents.children import Child
from encours.documents.compiling import DrawingError, Order

TIMEOUT_SECONDS = 120.0
CHILD_COUNT = 2
CHARACTERS_PER_CHILD = 150_000
"""A child is replaced after this much data, some 1,700 lines: by then it holds at most about 200 MB."""


# The last one used is taken first: a second child starts only when two documents are drawn at once.
_places: queue.LifoQueue[Child | None] = queue.LifoQueue()
for _ in range(CHILD_COUNT):
    _places.put(None)


def draw(order: Order, *, timeout_seconds: float = TIMEOUT_SECONDS) -> bytes:
    """Return a document drawn in a child process; raise DrawingError if it fails or lasts too long."""
    deadline = time.monotonic() + timeout_seconds
    child = _take(timeout_seconds)
    is_fit = False
    try:
        content = _ask(child, order, deadline)
        child.drawn += len(order.inputs["data"])
        is_fit = child.drawn < CHARACTERS_PER_CHILD
        return content
    finally:
        _places.put(child if is_fit else _replace(child))


def close() -> None:
    """End the waiting children; the next document starts new ones."""
    for _ in range(CHILD_COUNT):
        try:
            child = _places.get_nowait()
        except queue.Empty:
            return
        if child is not None and child.is_ours:
            children.end(child)
        _places.put(None)


def _take(timeout_seconds: float) -> Child:
    try:
        child = _places.get(timeout=timeout_seconds)
    except queue.Empty:
        raise DrawingError("every drawing process is busy") from None
    if child is not None and child.is_ours:
        if child.is_alive:
            return child
        children.end(child)
    return _start()


def _start() -> Child:
    return children.start("encours.documents.child")


def _replace(child: Child) -> Child | None:
    """End a child and start the next one at once, so that nobody waits for it to load."""
    children.end(child)
    try:
        return _start()
    except OSError:
        return None


def _ask(child: Child, order: Order, deadline: float) -> bytes:
    process = child.process
    if process.stdin is None or process.stdout is None:
        raise DrawingError("the drawing process has no pipes")
    try:
        frames.write(process.stdin, frames.encode_order(order))
        reader = children.BoundedReader(process.stdout.fileno(), deadline)
        is_drawn, content = frames.read_answer(reader)
    except (OSError, EOFError) as error:
        raise DrawingError(f"the drawing process ended early: {error}") from error
    if not is_drawn:
        raise DrawingError(content.decode("utf-8", "replace"))
    return content


atexit.register(close)
