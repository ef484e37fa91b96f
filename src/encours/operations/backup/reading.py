"""Read a backup as a stream and believe nothing of it: names, order, sizes, counts and hashes are checked.

A damaged or hostile file raises UnusableBackup. What was read is known to be right only once the reading has
come to its end, for the inventory comes last; so a file is read to its end before anything is written.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from encours.core.hash_chain import sha256_of
from encours.operations.backup import manifest
from encours.operations.backup.container import TarReader
from encours.operations.backup.errors import OtherVersion, UnusableBackup
from encours.operations.backup.manifest import Header, document_name, part_name, read_header
from encours.operations.backup.tables import DOCUMENTS, Row, Table, travelling_tables

GZIP = 16 + zlib.MAX_WBITS
PACKED_BYTES = manifest.LINE_BYTES


@contextmanager
def opened(path: Path) -> Iterator[BackupReader]:
    """Open a backup and read its header."""
    try:
        stream = path.open("rb", buffering=1 << 20)
    except OSError as error:
        raise UnusableBackup(f"Impossible de lire {path} : {error.strerror}.") from error
    with stream:
        yield BackupReader(stream)


class BackupReader:
    """One reading, from the header to the end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._tar = TarReader(stream)
        self._parts: dict[str, str] = {}
        self._next: tuple[str, int] = self._tar.next_member()
        self.row_counts: Counter[str] = Counter()
        if self._next[0] != manifest.HEADER_NAME:
            raise UnusableBackup("Ce fichier n'est pas une sauvegarde d'Encours.")
        self.header: Header = read_header(self._take(manifest.HEADER_NAME, manifest.HEADER_BYTES))
        fields = {table.label: table.names for table in travelling_tables()}
        if {label: table["fields"] for label, table in self.header.tables.items()} != fields:
            raise OtherVersion(self.header.encours)

    def parts(self) -> Iterator[tuple[Table, list[Row]]]:
        """Yield the rows of each part, in the order of the tables; a document's bytes end its row."""
        for table in travelling_tables():
            number = 1
            while self._next[0] == part_name(table.label, number):
                yield table, self._part(table, number)
                number += 1
        self._finish()

    def read_to_the_end(self) -> None:
        """Check the whole file and keep nothing of it."""
        for _table, _rows in self.parts():
            pass

    def _take(self, name: str, limit: int, *, is_listed: bool = True) -> bytes:
        """Return the content of the next member, which must be this one, and look at the one after it."""
        found, size = self._next
        if found != name:
            raise UnusableBackup(f"La sauvegarde est abîmée : « {found} » n'a rien à y faire.")
        content = self._tar.content(name, size, limit)
        if is_listed:
            self._parts[name] = sha256_of(content)
        if name != manifest.SUM_NAME:
            self._next = self._tar.next_member()
        return content

    def _part(self, table: Table, number: int) -> list[Row]:
        name = part_name(table.label, number)
        lines = _unpacked(name, self._take(name, PACKED_BYTES))
        self.row_counts[table.label] += len(lines)
        if self.row_counts[table.label] > self.header.row_count(table.label):
            raise UnusableBackup(f"La sauvegarde est abîmée : la table {table.label} a trop de lignes.")
        is_document = table.label == DOCUMENTS
        try:
            rows = [_row(table, json.loads(line), is_document=is_document) for line in lines]
        except (ValueError, TypeError, RecursionError) as error:
            raise UnusableBackup(f"La sauvegarde est abîmée : « {name} » est illisible ({error}).") from error
        return [self._with_document(row) for row in rows] if is_document else rows

    def _with_document(self, row: Row) -> Row:
        *values, sha256, size = row
        name = document_name(values[0])
        content = self._take(name, min(size, manifest.DOCUMENT_BYTES), is_listed=False)
        if len(content) != size or sha256_of(content) != sha256:
            raise UnusableBackup(f"La sauvegarde est abîmée : « {name} » ne correspond pas à son empreinte.")
        return [*values, content]

    def _finish(self) -> None:
        """Compare all that was read with the inventory, and the inventory with its own sum."""
        inventory = self._take(manifest.INVENTORY_NAME, manifest.INVENTORY_BYTES, is_listed=False)
        total = self._take(manifest.SUM_NAME, manifest.HEADER_BYTES, is_listed=False)
        self._tar.expect_end()
        if total != f"{sha256_of(inventory)}  {manifest.INVENTORY_NAME}\n".encode():
            raise UnusableBackup("La sauvegarde est abîmée : l'inventaire ne correspond pas à son empreinte.")
        try:
            listed = json.loads(inventory)["parts"]
            different = {name for name, _sha256 in self._parts.items() ^ listed.items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise UnusableBackup("La sauvegarde est abîmée : l'inventaire est illisible.") from error
        if different:
            raise UnusableBackup(
                f"La sauvegarde est abîmée : « {min(different)} » ne correspond pas à son empreinte."
            )
        for label in self.header.tables:
            if self.row_counts[label] != self.header.row_count(label):
                raise UnusableBackup(f"La sauvegarde est abîmée : il manque des lignes de la table {label}.")


def _unpacked(name: str, packed: bytes) -> list[bytes]:
    """Return the lines of a part; never more of them in memory than a backup of ours would hold."""
    unzip = zlib.decompressobj(GZIP)
    try:
        content = unzip.decompress(packed, manifest.PART_BYTES)
        if unzip.unconsumed_tail:
            content += _rest_of_one_line(name, content, unzip)
    except zlib.error as error:
        raise UnusableBackup(f"La sauvegarde est abîmée : « {name} » est illisible.") from error
    if not unzip.eof or unzip.unused_data or not content.endswith(b"\n"):
        raise UnusableBackup(f"La sauvegarde est abîmée : « {name} » est illisible.")
    return content[:-1].split(b"\n")


def _rest_of_one_line(name: str, start: bytes, unzip: Any) -> bytes:
    """Return the rest of a part that is one long line: nothing else may be longer than a part."""
    rest: bytes = unzip.decompress(unzip.unconsumed_tail, manifest.LINE_BYTES)
    if unzip.unconsumed_tail or b"\n" in start or b"\n" in rest[:-1]:
        raise UnusableBackup(f"La partie « {name} » est plus grande que dans une sauvegarde d'Encours.")
    return rest


def _row(table: Table, values: list[Any], *, is_document: bool) -> Row:
    """Return the values of a line for the database; raise ValueError for one that is not of its column."""
    ends = values[len(table.columns) :]
    if is_document:
        sha256, size = ends
        if type(sha256) is not str or type(size) is not int or size < 0:
            raise ValueError("a document without its hash and size")
    elif ends or len(values) < len(table.columns):
        raise ValueError(f"{len(table.columns)} values expected")
    read = [
        None if value is None else column.from_json(value)
        for column, value in zip(table.columns, values, strict=False)
    ]
    return [*read, *ends]
