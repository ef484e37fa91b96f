"""Start and end the child processes that draw, and read what they answer until a deadline."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass

from encours.documents.compiling import DrawingError


@dataclass(slots=True)
class Child:
    """A process that draws, the process that started it, and how much it has drawn."""

    process: subprocess.Popen[bytes]
    owner: int
    drawn: int = 0

    @property
    def is_ours(self) -> bool:
        """Tell whether this process started it: a fork has the object, not the child."""
        return self.owner == os.getpid()

    @property
    def is_alive(self) -> bool:
        """Tell whether it still runs."""
        return self.process.poll() is None


def start(module: str) -> Child:
    """Start a child that runs one of our modules."""
    command = [sys.executable, "-m", module]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
    return Child(process, os.getpid())


def end(child: Child) -> None:
    """Kill a child and take back what it held; it has nothing to finish."""
    child.process.kill()
    for pipe in (child.process.stdin, child.process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue
    child.process.wait(timeout=10)


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
