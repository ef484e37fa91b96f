"""Copy invoices into partitions by entity and year, in a schema that is dropped afterwards.

Only for reading: what is written to the copy is not in the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

SCHEMA = "in_partitions"
TABLE = "receivables_invoice"


@contextmanager
def partitioned(url: str) -> Iterator[int]:
    """Yield how many parts there are: of each entity, one a year, with the indexes of the table."""
    with psycopg.connect(url, autocommit=True) as database:
        _drop(database)
        database.execute(f"CREATE SCHEMA {SCHEMA}")
        try:
            count = _make_parts(database)
            database.execute(f"INSERT INTO {SCHEMA}.{TABLE} SELECT * FROM public.{TABLE}")
            _make_indexes(database)
            database.execute(f"VACUUM ANALYZE {SCHEMA}.{TABLE}")  # as the table was: indexes answer alone
            yield count
        finally:
            _drop(database)


def _drop(database: psycopg.Connection) -> None:
    database.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def _make_parts(database: psycopg.Connection) -> int:
    """Make the empty table and its parts, and return how many."""
    database.execute(
        f"CREATE TABLE {SCHEMA}.{TABLE} (LIKE public.{TABLE} INCLUDING DEFAULTS INCLUDING GENERATED) "
        "PARTITION BY LIST (entity_id)"
    )
    years = database.execute(
        "SELECT entity_id, extract(year FROM min(issue_date))::int, extract(year FROM max(issue_date))::int "
        f"FROM public.{TABLE} GROUP BY entity_id"
    ).fetchall()
    for entity, first, last in years:
        part = f"{SCHEMA}.invoice_{entity}"
        database.execute(
            f"CREATE TABLE {part} PARTITION OF {SCHEMA}.{TABLE} FOR VALUES IN ({entity}) "
            "PARTITION BY RANGE (issue_date)"
        )
        for year in range(first, last + 1):
            database.execute(
                f"CREATE TABLE {part}_{year} PARTITION OF {part} "
                f"FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
            )
    return sum(last + 1 - first for _entity, first, last in years)


def _make_indexes(database: psycopg.Connection) -> None:
    """Give the copy the indexes of the table.

    A unique one would have to hold the entity and the date of a partition: here it only serves to find.
    """
    definitions = database.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s", (TABLE,)
    ).fetchall()
    for (definition,) in definitions:
        plain = definition.replace("CREATE UNIQUE INDEX", "CREATE INDEX")
        database.execute(plain.replace(f" ON public.{TABLE}", f" ON {SCHEMA}.{TABLE}"))
