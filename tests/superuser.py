"""Do what only the owner of the database can: change what it protects, and hide that by putting it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from encours.append_only import lift_triggers, make_triggers


@contextmanager
def as_superuser() -> Iterator[None]:
    """Lift the triggers inside the block; on PostgreSQL as its superuser may, with those of foreign keys."""
    if connection.vendor != "postgresql":
        lift_triggers()
        yield
        make_triggers()
        return
    with transaction.atomic():
        _fire("replica")
        yield
        _fire("origin")


def _fire(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = {role}")
