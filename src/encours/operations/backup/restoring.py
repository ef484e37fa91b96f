"""Fill an empty database from a backup, all or nothing, and leave an instance that sends nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from encours.archive import bucket, seal
from encours.archive.models import ChainHead
from encours.audit.record import record
from encours.bulk import insert_rows, reset_sequences
from encours.core.actors import Actor
from encours.core.hash_chain import sha256_of
from encours.delivery import actions as delivery
from encours.delivery.models import MessageState, OutboxMessage
from encours.operations.backup.errors import OtherVersion, UnusableBackup
from encours.operations.backup.manifest import Header
from encours.operations.backup.reading import opened
from encours.operations.backup.snapshot import applied_migrations
from encours.operations.backup.tables import (
    DOCUMENTS,
    FILLED_BY_MIGRATIONS,
    Row,
    Table,
    travelling_tables,
)

LEASED = (MessageState.CLAIMED, MessageState.TRANSMITTING)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored instance holds, or would hold."""

    header: Header
    row_count: int
    document_count: int
    waiting_count: int
    uncertain_count: int
    seals_ahead: tuple[str, ...]


def check_backup(path: Path) -> Restored:
    """Read a whole backup and return what it holds; raise UnusableBackup if anything is wrong with it."""
    with opened(path) as backup:
        backup.read_to_the_end()
        return _result(backup.header, 0, 0, ())


def restore_backup(*, path: Path, actor: Actor, now: dt.datetime) -> Restored:
    """Fill the database, which must be new, from a backup; pause the outbox in the same transaction.

    Raise UnusableBackup, or Refusal where the database is not new: then nothing was changed. A message that
    was being transmitted when the backup was made becomes uncertain, one that was claimed waits again.
    """
    _refuse_old_database()
    checked = check_backup(path)
    _refuse_other_migrations(checked.header)
    try:
        with connection.wrap_database_errors, transaction.atomic():  # a COPY raises what it likes
            _refuse_used_database()
            _load(path)
            waiting, uncertain = _quieten(checked.header, actor, now)
            record(
                actor=actor,
                action="backup.restore",
                subject=str(path),
                after={"created_at": checked.header.created_at, "rows": checked.row_count},
                now=now,
            )
    except (DataError, IntegrityError) as error:
        raise UnusableBackup(
            f"La base n'accepte pas une valeur de la sauvegarde ({str(error).strip()})."
        ) from error
    return _result(checked.header, waiting, uncertain, _write_seals())


def _result(header: Header, waiting: int, uncertain: int, ahead: tuple[str, ...]) -> Restored:
    documents = header.row_count(DOCUMENTS)
    rows = sum(header.row_count(label) for label in header.tables) - documents
    return Restored(header, rows, documents, waiting, uncertain, ahead)


def _refuse_old_database() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UnusableBackup("La base de données n'est pas à jour : lancez d'abord « encours migrate ».")


def _refuse_other_migrations(header: Header) -> None:
    """Refuse a backup of another version: its tables would not be those of this one."""
    tables = travelling_tables()
    here = applied_migrations(frozenset(table.model._meta.app_label for table in tables))
    if here != header.migrations:
        raise OtherVersion(header.encours)


def _refuse_used_database() -> None:
    """Keep writers out, and refuse a database in which anybody has written anything."""
    tables = travelling_tables()
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table.model._meta.db_table) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
    used = [
        table.label
        for table in tables
        if table.label not in FILLED_BY_MIGRATIONS and table.model._base_manager.exists()
    ]
    if used:
        raise UnusableBackup(
            f"La base de données n'est pas vide ({', '.join(used[:3])}{'…' if used[3:] else ''}) :"
            " une sauvegarde ne se restaure que dans une base neuve, juste après « encours migrate »."
        )
    by_label = {table.label: table for table in tables}
    for label in FILLED_BY_MIGRATIONS:
        by_label[label].model._base_manager.all().delete()


def _load(path: Path) -> None:
    with opened(path) as backup:
        for table, rows in backup.parts():
            insert_rows(table.model, _names(table), _carried(rows) if table.label == DOCUMENTS else rows)
    connection.check_constraints()
    if connection.vendor == "postgresql":
        generated = [t.model for t in travelling_tables() if isinstance(t.model._meta.pk, models.AutoField)]
        reset_sequences(*generated)
    for table in travelling_tables():
        if table.model._base_manager.count() != backup.row_counts[table.label]:
            raise UnusableBackup(f"La table {table.label} n'a pas toutes ses lignes.")


def _carried(rows: list[Row]) -> list[Row]:
    """Bring the bytes that end rows to the bucket, where there is one; altered ones stay to be told of."""
    outside = bucket.opened()
    if outside is None:
        return rows
    contents = {row[0]: row[-1] for row in rows if sha256_of(row[-1]) == row[0]}
    outside.put_all(contents)
    return [[*row[:-1], None] if row[0] in contents else row for row in rows]


def _names(table: Table) -> list[str]:
    return [*table.names, "content"] if table.label == DOCUMENTS else table.names


def _quieten(header: Header, actor: Actor, now: dt.datetime) -> tuple[int, int]:
    """Pause the outbox, end every lease of the original; return how many wait, and how many are uncertain."""
    made_at = dt.datetime.fromisoformat(header.created_at).astimezone()
    delivery.pause(
        reason=f"base restaurée depuis la sauvegarde du {made_at:%d/%m/%Y à %H:%M}", actor=actor, now=now
    )
    OutboxMessage.objects.filter(state__in=LEASED).update(lease_expires_at=now)
    while any(delivery.sweep(now=now).values()):
        pass
    by_state = OutboxMessage.objects.order_by().values_list("state").annotate(models.Count("pk"))
    counts = dict(by_state.values_list("state", "pk__count"))
    return counts.get(MessageState.QUEUED, 0), counts.get(MessageState.UNCERTAIN, 0)


def _write_seals() -> tuple[str, ...]:
    """Keep the newest link of each chain outside the database; return the chains that were further once."""
    for head in ChainHead.objects.filter(position__gt=0).order_by("pk"):
        seal.keep(head.chain, head.position, head.link)
    heads = dict(ChainHead.objects.values_list("chain", "position"))
    return tuple(kept.chain for kept in seal.kept_seals() if kept.position > heads.get(kept.chain, 0))
