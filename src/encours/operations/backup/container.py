"""Know the file that holds a backup: a plain tar of regular files, written and read as a stream.

Any `tar` lists and extracts it. What is read here comes from anywhere: only regular files with the short
names that the reader asks for are taken, nothing is ever written to a path of the file, and a member is read
no further than its caller allows.
"""

from __future__ import annotations

import tarfile
from typing import BinaryIO

from encours.operations.backup.errors import UnusableBackup

BLOCK = 512
RECORD = 20 * BLOCK
END = b"\0" * (2 * BLOCK)
MEMBER_BYTES = 8 * 1024**3 - 1
"""What the size field of a plain header can say."""


class TarWriter:
    """Adds members to a stream, one after the other."""

    def __init__(self, stream: BinaryIO, mtime: int) -> None:
        self._stream = stream
        self._mtime = mtime

    def add(self, name: str, content: bytes) -> None:
        """Add one member; a name has at most 100 characters of ASCII."""
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = len(content), self._mtime, 0o600
        self._stream.write(info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict"))
        self._stream.write(content)
        self._stream.write(b"\0" * (-len(content) % BLOCK))

    def finish(self) -> None:
        """Write the mark of the end."""
        self._stream.write(END)


class TarReader:
    """Reads the members of a stream in their order; each must be read before the next."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._is_at_start = True

    def next_member(self) -> tuple[str, int]:
        """Return the name and the size of the next member; raise UnusableBackup if there is none."""
        block = self._exactly(BLOCK)
        try:
            info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise UnusableBackup(self._why_no_header(block)) from error
        self._is_at_start = False
        if info.type != tarfile.REGTYPE or not 0 <= info.size <= MEMBER_BYTES:
            raise UnusableBackup(
                f"Le fichier contient « {info.name} », qui n'est pas une partie de sauvegarde."
            )
        return info.name, info.size

    def content(self, name: str, size: int, limit: int) -> bytes:
        """Return the content of the member just announced; raise UnusableBackup beyond the limit."""
        if size > limit:
            raise UnusableBackup(f"La partie « {name} » est plus grande que dans une sauvegarde d'Encours.")
        content = self._exactly(size)
        self._exactly(-size % BLOCK)
        return content

    def expect_end(self) -> None:
        """Raise UnusableBackup unless the file ends here: by zeros, as many as a record of `tar` has."""
        if any(self._exactly(len(END))) or any(self._stream.read(RECORD)) or self._stream.read(1):
            raise UnusableBackup("La sauvegarde est abîmée : elle ne finit pas comme elle devrait.")

    def _exactly(self, size: int) -> bytes:
        content = self._stream.read(size)
        if len(content) != size:
            raise UnusableBackup(
                "Ce fichier n'est pas une sauvegarde d'Encours."
                if self._is_at_start
                else "La sauvegarde est incomplète : il en manque la fin."
            )
        return content

    def _why_no_header(self, block: bytes) -> str:
        if self._is_at_start:
            return "Ce fichier n'est pas une sauvegarde d'Encours."
        if not any(block):
            return "La sauvegarde est incomplète : elle s'arrête avant son inventaire."
        return "La sauvegarde est abîmée : un en-tête est illisible."
