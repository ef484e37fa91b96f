"""Know of each message under way whether its final dot may have left, even after its worker was killed.

A worker commits «transmitting» for several messages at once and then lets their dots leave. Killed between
the two, it would leave messages of which nobody knows, though nothing of them was handed over. So each
connection notes in a file, mapped in memory, which message it is about to end: one store, no system call.
The kernel keeps what a killed process has stored there; whether the process still lives is told by the lock
that it holds on the file. The file is believed only on the machine, and since the start of the machine, that
wrote it: after a power cut, or from elsewhere, every message caught «transmitting» is uncertain.
"""

from __future__ import annotations

import fcntl
import logging
import mmap
import os
import struct
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

_NOTE = struct.Struct("=q")
_SUFFIX = ".dots"


class Dots:
    """The notes of one worker: one slot for each of its connections, each written by one thread."""

    def __init__(self, slots: mmap.mmap | bytearray, path: Path | None, descriptor: int | None) -> None:
        self._slots = slots
        self._path = path
        self._descriptor = descriptor

    def note(self, slot: int, message_id: int) -> None:
        """Note that the dot of a message leaves now; what stood in the slot must be settled."""
        _NOTE.pack_into(self._slots, slot * _NOTE.size, message_id)

    def close(self) -> None:
        """Forget the notes: every message of this worker is settled or given back."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        if isinstance(self._slots, mmap.mmap):
            self._slots.close()
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._path = self._descriptor = None


class DotFolder:
    """Where the workers of one machine keep their notes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._boot = _boot_id()

    def open(self, owner: str, slots: int) -> Dots:
        """Return empty notes for a worker; where no file can be kept they are believed by nobody."""
        size = slots * _NOTE.size
        if not self._boot:
            return Dots(bytearray(size), None, None)
        path = self._path(owner)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(descriptor, bytes(size))  # the room is taken now: a full disk cannot fail a note later
            return Dots(mmap.mmap(descriptor, size), path, descriptor)
        except OSError as error:
            logger.warning("%s: no notes are kept (%s)", path, error.strerror)
            return Dots(bytearray(size), None, None)

    def left_by(self, owner: str) -> frozenset[int] | None:
        """Return the messages whose dot a dead worker may have let leave; None where it cannot be known."""
        if not self._boot:
            return None
        try:
            descriptor = os.open(self._path(owner), os.O_RDONLY)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # refused while the worker lives
            content = os.read(descriptor, mmap.PAGESIZE)
        except OSError:
            return None
        finally:
            os.close(descriptor)
        whole = len(content) - len(content) % _NOTE.size
        return frozenset(note for (note,) in _NOTE.iter_unpack(content[:whole]) if note) if whole else None

    def forget(self, *, but: frozenset[str]) -> None:
        """Delete the notes of dead workers, but those of the owners that still hold messages."""
        kept = {self._path(owner) for owner in but}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path not in kept and (not self._is_of_this_boot(path) or _is_abandoned(path)):
                with suppress(OSError):
                    path.unlink()

    def _path(self, owner: str) -> Path:
        return self._folder / f"{self._boot}.{owner.replace('/', '_')}{_SUFFIX}"

    def _is_of_this_boot(self, path: Path) -> bool:
        return path.name.startswith(f"{self._boot}.")


def _boot_id() -> str:
    """Return the kernel's name for this run of the machine, or nothing where it gives none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _is_abandoned(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
