"""Know the fastest way in which each database takes very many rows at once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, cast

from django.db import connection, models

Row = Sequence[Any]
Changes = Sequence[tuple[int, Callable[[Any], Any]]]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows of the named fields (a foreign key as ``account_id``); the others take their defaults.

    PostgreSQL receives them by COPY, SQLite by one prepared statement. Nothing is validated but what the
    database constrains. A caller that gives ids calls reset_sequences afterwards.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    others = [field for name, field in fields.items() if name not in names and name != "id"]
    chosen = [*(fields[name] for name in names), *others]
    defaults = tuple(field.get_default() for field in others)
    filled = ((*row, *defaults) for row in rows)
    quoted = ", ".join(connection.ops.quote_name(field.column) for field in chosen)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table} ({quoted}) FROM STDIN", chosen, filled)
            return
        changes = _adapters(chosen)
        marks = ", ".join(["%s"] * len(chosen))
        cursor.executemany(
            f"INSERT INTO {table} ({quoted}) VALUES ({marks})",  # noqa: S608 (names of our models)
            cast("Sequence[Row]", (_changed(row, changes) for row in filled)),
        )


def _copy(cursor: Any, statement: str, fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row]) -> None:
    """Send rows to PostgreSQL; in its own format where there are bytes, which would be written as digits."""
    is_binary = any(isinstance(field, models.BinaryField) for field in fields)
    with cursor.copy(f"{statement} (FORMAT BINARY)" if is_binary else statement) as copy:
        if is_binary:
            copy.set_types([_type_of(field).split("(")[0] for field in fields])
        for row in rows:
            copy.write_row(row)


def create_all(rows: Sequence[models.Model]) -> None:
    """Insert instances of one model that need neither validation nor a look for conflicts.

    Those without an id get theirs, as bulk_create does it; inside a writing transaction.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    if "id" in names and any(row.pk is None for row in rows):
        for row, number in zip(rows, reserve_ids(model, len(rows)), strict=True):
            row.pk = number
    read = attrgetter(*names)
    written_as = [(at, json.dumps) for at, field in enumerate(fields) if isinstance(field, models.JSONField)]
    values = (read(row) for row in rows)
    insert_rows(model, names, (_changed(row, written_as) for row in values) if written_as else values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _changed(row: Row, changes: Changes) -> Row:
    """Return a row with the values at some positions written in another way; no value stays none."""
    values = list(row)
    for at, change in changes:
        if values[at] is not None:
            values[at] = change(values[at])
    return values


def update_rows(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Row], *, keys: Sequence[str] = ("id",)
) -> None:
    """Give rows new values: each row is the values of the keys, then those of the named fields."""
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[name] for name in (*keys, *names)]
    columns = [connection.ops.quote_name(field.column) for field in chosen]
    known, set_columns = columns[: len(keys)], columns[len(keys) :]
    table = connection.ops.quote_name(model._meta.db_table)
    changes = _adapters(chosen)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = ", ".join(f"%s::{_type_of(field)}[]" for field in chosen)
            assignments = ", ".join(f"{column} = new.{column}" for column in set_columns)
            matches = " AND ".join(f"{table}.{column} = new.{column}" for column in known)
            cursor.execute(
                f"UPDATE {table} SET {assignments} FROM unnest({types}) AS new({', '.join(columns)})"  # noqa: S608
                f" WHERE {matches}",
                [list(values) for values in zip(*rows, strict=True)],
            )
            return
        assignments = ", ".join(f"{column} = %s" for column in set_columns)
        matches = " AND ".join(f"{column} = %s" for column in known)
        cursor.executemany(
            f"UPDATE {table} SET {assignments} WHERE {matches}",  # noqa: S608 (names of our models)
            [
                (*values[len(keys) :], *values[: len(keys)])
                for values in (_changed(row, changes) for row in rows)
            ],
        )


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Return that many ids that no row has, nor will get from the database; inside a writing transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
    return list(range(last + 1, last + 1 + count))


def reset_sequences(*tables: type[models.Model]) -> None:
    """Make the next generated id follow the largest one present; SQLite does so by itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608 (names of our models)
                f" (SELECT COALESCE(MAX(id), 1) FROM {table}))"
            )


def _type_of(field: models.Field[Any, Any]) -> str:
    return cast("str", cast("Any", field).rel_db_type(connection))


def _adapters(fields: Sequence[models.Field[Any, Any]]) -> Changes:
    """Return at which positions a value is not written as it is, and how it is."""
    changes: list[tuple[int, Callable[[Any], Any]]] = []
    for at, field in enumerate(fields):
        if isinstance(field, models.DateTimeField):
            changes.append((at, connection.ops.adapt_datetimefield_value))
        elif isinstance(field, models.DateField):
            changes.append((at, dt.date.isoformat))
    return changes
