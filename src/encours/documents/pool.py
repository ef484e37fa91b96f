"""Draw large documents in child processes that can be killed, and that are replaced before they grow.

Typst keeps the last compiles in memory and has no time limit of its own: statements of some thousand lines
would take gigabytes in a server, and a document that never ends would hold its thread for ever.
"""

from __future__ import annotations

import atexit
import os
import queue
import select
import subprocess
import sys
import time
from dataclasses import dataclass

from encours.documents import frames
from encours.documents.compiling import DrawingError, Order

TIMEOUT_SECONDS = 120.0
CHILD_COUNT = 2
CHARACTERS_PER_CHILD = 150_000
"""A child is replaced after this much data, some 1,700 lines: by then it holds at most about 200 MB."""


@dataclass(slots=True)
class _Child:
    """A process that draws, the process that started it, and how much it has drawn."""

    process: subprocess.Popen[bytes]
    owner: int
    characters: int = 0


# The last one used is taken first: a second child starts only when two documents are drawn at once.
_places: queue.LifoQueue[_Child | None] = queue.LifoQueue()
for _ in range(CHILD_COUNT):
    _places.put(None)


def draw(order: Order, *, timeout_seconds: float = TIMEOUT_SECONDS) -> bytes:
    """Return a document drawn in a child process; raise DrawingError if it fails or lasts too long."""
    deadline = time.monotonic() + timeout_seconds
    child = _take(timeout_seconds)
    is_fit = False
    try:
        content = _ask(child, order, deadline)
        child.characters += len(order.inputs["data"])
        is_fit = child.characters < CHARACTERS_PER_CHILD
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
        if child is not None and child.owner == os.getpid():
            _end(child)
        _places.put(None)


def _take(timeout_seconds: float) -> _Child:
    try:
        child = _places.get(timeout=timeout_seconds)
    except queue.Empty:
        raise DrawingError("every drawing process is busy") from None
    if child is not None and child.owner == os.getpid():
        if child.process.poll() is None:
            return child
        _end(child)
    return _start()


def _start() -> _Child:
    command = [sys.executable, "-m", "encours.documents.child"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
    return _Child(process, os.getpid())


def _replace(child: _Child) -> _Child | None:
    """End a child and start the next one at once, so that nobody waits for it to load."""
    _end(child)
    try:
        return _start()
    except OSError:
        return None


def _end(child: _Child) -> None:
    """Kill a child and take back what it held; it has nothing to finish."""
    child.process.kill()
    for pipe in (child.process.stdin, child.process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue
    child.process.wait(timeout=10)


def _ask(child: _Child, order: Order, deadline: float) -> bytes:
    process = child.process
    if process.stdin is None or process.stdout is None:
        raise DrawingError("the drawing process has no pipes")
    try:
        frames.write(process.stdin, frames.encode_order(order))
        reader = BoundedReader(process.stdout.fileno(), deadline)
        is_drawn, content = frames.read_answer(reader)
    except (OSError, EOFError) as error:
        raise DrawingError(f"the drawing process ended early: {error}") from error
    if not is_drawn:
        raise DrawingError(content.decode("utf-8", "replace"))
    return content


class BoundedReader:
    """Reads a pipe until a deadline."""

    def __init__(self, descriptor: int, deadline: float) -> None:
        self._descriptor = descriptor
        self._deadline = deadline

    def read(self, size: int) -> bytes:
        """Return exactly ``size`` bytes; raise DrawingError after the deadline, EOFError at the end."""
        parts: list[bytes] = []
        while size:
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([self._descriptor], [], [], left)[0]:
                raise DrawingError("the document takes too long to draw")
            part = os.read(self._descriptor, min(size, 1 << 20))
            if not part:
                raise EOFError("end of the pipe")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


atexit.register(close)
