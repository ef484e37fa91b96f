"""Give the statements of many accounts as one zip, sent while it is made: it is never whole in memory."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from encours.documents.engine import DrawingError
from encours.statements.documents.statement import StatementDocument, file_name
from encours.statements.files import statement_bytes
from encours.statements.queries import Wanted, read_statements

FAILURES = "ERREURS.txt"
_READ_AT_ONCE = 25
_EPOCH = (1980, 1, 1, 0, 0, 0)
_log = logging.getLogger(__name__)


def statements_zip(wanted: Sequence[Wanted], extension: str) -> Iterator[bytes]:
    """Yield a zip of one file per account, in their order, as ``pdf`` or ``xlsx``.

    A statement that cannot be drawn stops no other: it is named in ``ERREURS.txt``, last in the zip.
    """
    pieces = _Pieces()
    names: set[str] = set()
    failures: list[str] = []
    with zipfile.ZipFile(pieces, "w") as archive:
        for statement in _read(wanted):
            name = _name(statement, extension, names)
            try:
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), statement_bytes(statement, extension))
            except DrawingError:
                _log.exception("statement not drawn: %s", name)
                failures.append(_("%s n'a pas pu être établi\u00a0: ouvrez cet état depuis la liste.") % name)
            yield pieces.take()
        if failures:
            archive.writestr(zipfile.ZipInfo(FAILURES, _EPOCH), "\r\n".join(failures))
    yield pieces.take()


def _read(wanted: Sequence[Wanted]) -> Iterator[StatementDocument]:
    for start in range(0, len(wanted), _READ_AT_ONCE):
        yield from read_statements(wanted[start : start + _READ_AT_ONCE])


def _name(statement: StatementDocument, extension: str, names: set[str]) -> str:
    """Return ``<entity>-Encours-<customer>-….pdf``, numbered where two codes would give the same name."""
    entity = "".join(char if char.isalnum() or char in "._-" else "_" for char in statement.sender.code)
    stem = f"{entity}-{file_name(statement, extension)}".removesuffix(f".{extension}")
    name, number = f"{stem}.{extension}", 1
    while name.casefold() in names:
        number += 1
        name = f"{stem}-{number}.{extension}"
    names.add(name.casefold())
    return name


class _Pieces(io.BytesIO):
    """A file that hands over what it holds and forgets it, while its places go on counting up."""

    _gone = 0

    def tell(self) -> int:
        return self._gone + super().tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._gone + super().seek(offset - self._gone if whence == io.SEEK_SET else offset, whence)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = self.getvalue()
        self._gone += len(taken)
        super().seek(0)
        self.truncate(0)
        return taken
