"""Database fields that behave the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:  # Django's fields take their types in the stubs only
    TextField = models.TextField[str, str]
    BigIntegerField = models.BigIntegerField[int, int]
else:
    TextField = models.TextField
    BigIntegerField = models.BigIntegerField


def among(ids: Collection[int]) -> RawSQL:
    """Return ids for a lookup ``__in`` as one parameter: a thousand of them would cost more than the rows."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])


def read_bytes(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query with their bytes as they are: PostgreSQL writes them as text otherwise."""
    connection.ensure_connection()
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())
    import psycopg

    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as server_side:
        rows: list[tuple[Any, ...]] = server_side.execute(query.encode(), values, binary=True).fetchall()
        return rows


class SearchField(TextField):
    """Normalised text (see core.search), compared byte by byte: the C collation on PostgreSQL."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Add the collation where the engine does not compare bytes by itself."""
        parameters: Any = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class MinorField(BigIntegerField):
    """An exact amount in minor units of a currency; a float is a type error, not a rounding."""

    def get_prep_value(self, value: Any) -> Any:
        """Refuse anything but an integer or a database expression."""
        if isinstance(value, float):
            raise TypeError("an amount is an integer of minor units, never a float")
        return super().get_prep_value(value)
