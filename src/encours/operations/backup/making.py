"""Write a backup: one moment of the database, table by table, each document beside its row."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection

from encours.archive import bucket
from encours.archive.models import StoredBlob
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.core.hash_chain import sha256_of
from encours.operations.backup import manifest
from encours.operations.backup.container import BLOCK, TarWriter
from encours.operations.backup.manifest import Header, document_name, part_name
from encours.operations.backup.snapshot import applied_migrations, snapshot
from encours.operations.backup.tables import DOCUMENTS, Table, travelling_tables

ROWS_AT_ONCE = 2_000
DOCUMENTS_AT_ONCE = 8
LEVEL = 5
"""Of gzip: higher ones take far longer for a few per cent."""


@dataclass(slots=True)
class Made:
    """What was written. ``altered`` are documents whose bytes no longer have the SHA-256 of their name."""

    path: Path
    created_at: dt.datetime
    row_count: int = 0
    document_count: int = 0
    size: int = 0
    altered: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Document:
    """One document; its row ends with the SHA-256 and the size that its bytes have today."""

    name: str
    content: bytes
    row: list[Any]
    is_altered: bool


def make_backup(*, target: Path, actor: Actor, now: dt.datetime) -> Made:
    """Write a backup of this moment to a file that appears whole, or not at all; only its owner may read it.

    Raise Refusal where the file cannot be written, or exists and is no backup.
    """
    _refuse_to_replace(target)
    made = Made(target, now)
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    except OSError as error:
        raise Refusal(f"Impossible d'écrire dans {target.parent} : {error.strerror}.") from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as stream:  # mkstemp gives 0600
            with snapshot():
                _write(stream, made)
            stream.flush()
            os.fsync(stream.fileno())
        made.size = temporary.stat().st_size
        temporary.replace(target)
        _synchronise(target.parent)
    except OSError as error:
        raise Refusal(f"La sauvegarde n'a pas pu être écrite : {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    record(
        actor=actor,
        action="backup.make",
        subject=str(target),
        after={"rows": made.row_count, "documents": made.document_count, "bytes": made.size},
        now=now,
    )
    return made


def _refuse_to_replace(target: Path) -> None:
    """Let nothing be replaced but an older backup: a slip of the hand must not cost the database."""
    try:
        with target.open("rb") as file:
            start = file.read(BLOCK)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Refusal(f"Impossible de remplacer {target} : {error.strerror}.") from error
    if not start.startswith(manifest.HEADER_NAME.encode() + b"\0"):
        raise Refusal(f"{target} existe et n'est pas une sauvegarde d'Encours : choisissez un autre nom.")


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(stream: BinaryIO, made: Made) -> None:
    tables = travelling_tables()
    header = Header(
        version=manifest.VERSION,
        encours=version("encours"),
        created_at=made.created_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        engine=connection.vendor,
        migrations=applied_migrations(frozenset(table.model._meta.app_label for table in tables)),
        tables={
            table.label: {"fields": table.names, "rows": table.model._base_manager.count()}
            for table in tables
        },
    )
    tar = TarWriter(stream, int(made.created_at.timestamp()))
    parts: dict[str, str] = {}

    def add(name: str, content: bytes) -> None:
        parts[name] = sha256_of(content)
        tar.add(name, content)

    add(manifest.HEADER_NAME, header.to_json())
    for table in tables:
        if table.label == DOCUMENTS:
            for number, batch in enumerate(_document_batches(table), start=1):
                add(part_name(table.label, number), _packed([_line(document.row) for document in batch]))
                for document in batch:
                    tar.add(document_name(document.name), document.content)
                made.document_count += len(batch)
                made.altered += [document.name for document in batch if document.is_altered]
        else:
            for number, lines in enumerate(_parts_of(table), start=1):
                made.row_count += len(lines)
                add(part_name(table.label, number), _packed(lines))
    inventory = json.dumps({"parts": parts}, indent=0).encode()
    tar.add(manifest.INVENTORY_NAME, inventory)
    tar.add(manifest.SUM_NAME, f"{sha256_of(inventory)}  {manifest.INVENTORY_NAME}\n".encode())
    tar.finish()


def _parts_of(table: Table) -> Iterator[list[bytes]]:
    """Yield the lines of a table, a few megabytes at a time."""
    rows = table.model._base_manager.order_by("pk").values_list(*table.names)
    writers = [(at, column.to_json) for at, column in enumerate(table.columns) if column.to_json]
    lines: list[bytes] = []
    size = 0
    for row in _readable(table.label, rows.iterator(chunk_size=ROWS_AT_ONCE)):
        values = list(row)
        for at, write in writers:
            if values[at] is not None:
                values[at] = write(values[at])
        line = _line(values)
        if lines and size + len(line) > manifest.PART_BYTES:
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield lines


def _readable(label: str, rows: Iterable[Any]) -> Iterator[Any]:
    """Yield rows; raise Refusal for a value that is not what its column holds: SQLite keeps any."""
    try:
        yield from rows
    except (ValueError, TypeError, AttributeError) as error:
        raise Refusal(
            f"La table {label} contient une valeur illisible ({error}) : rien n'est écrit."
        ) from error


def _line(values: Iterable[Any]) -> bytes:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _packed(lines: list[bytes]) -> bytes:
    return gzip.compress(b"".join(lines), LEVEL, mtime=0)


def _document_batches(table: Table) -> Iterator[list[_Document]]:
    """Yield documents with their bytes, as few at a time as memory wants."""
    batch: list[_Document] = []
    size = 0
    for blob, content in _blobs(table):
        document = _document(table, blob, content)
        is_full = len(batch) == manifest.DOCUMENT_BATCH_COUNT
        if batch and (is_full or size + len(document.content) > manifest.DOCUMENT_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.content)
    if batch:
        yield batch


def _blobs(table: Table) -> Iterator[tuple[StoredBlob, bytes]]:
    """Yield documents with their bytes, wherever they live; what a bucket has lost is empty, and told."""
    rows = _readable(table.label, StoredBlob.objects.order_by("pk").iterator(chunk_size=DOCUMENTS_AT_ONCE))
    while blobs := list(islice(rows, DOCUMENTS_AT_ONCE)):
        outside = [blob.sha256 for blob in blobs if blob.content is None]
        found = bucket.required().get_many(outside) if outside else {}
        for blob in blobs:
            raw: object = found.get(blob.sha256, b"") if blob.content is None else blob.content
            yield blob, raw.encode() if isinstance(raw, str) else bytes(raw)  # type: ignore[call-overload]


def _document(table: Table, blob: StoredBlob, content: bytes) -> _Document:
    values = [(getattr(blob, column.name), column.to_json) for column in table.columns]
    sha256 = sha256_of(content)
    row = [*(write(value) if write else value for value, write in values), sha256, len(content)]
    return _Document(blob.sha256, content, row, is_altered=sha256 != blob.sha256)
