"""See the whole database as it is at one moment, while everybody goes on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one moment from here on, without a lock that a writer would meet."""
    connection.ensure_connection()
    backend: Any = connection
    usual = getattr(backend, "transaction_mode", None)
    try:
        backend.transaction_mode = "DEFERRED"  # on SQLite the usual IMMEDIATE would keep writers out
        with transaction.atomic():
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT COUNT(*) FROM django_migrations")  # the moment is that of this read
            yield
    finally:
        backend.transaction_mode = usual


def applied_migrations(ours: frozenset[str]) -> dict[str, list[str]]:
    """Return the names of the migrations that the database has, by app."""
    found: dict[str, list[str]] = {app: [] for app in sorted(ours)}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        if app in ours:
            found[app].append(name)
    return found
