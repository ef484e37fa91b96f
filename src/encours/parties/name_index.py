"""Keep an index of the pieces of customers' names, and ask it who holds some words.

A piece is any one, two or three characters in a row. PostgreSQL computes those of a row by a function of
ours and keeps them in a GIN index (pg_trgm would do, but it is not everywhere, and has no pieces of two).
SQLite keeps them in a full-text table that triggers write; each name ends there in two spaces, so that the
last characters begin a piece too. Either changes in the transaction that changes the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

LONGEST = 3
_FREQUENT = frozenset("abcdefghijlmnoprstuv0123456789")
MOST_TERMS = 60
"""With how many different pieces a word of two characters is still asked: a frequent one is not."""

_FUNCTION = """
    CREATE OR REPLACE FUNCTION encours_pieces(name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT ARRAY(
            SELECT substr(name, place, size)
            FROM generate_series(1, length(name)) place, generate_series(1, 3) size
            WHERE place + size <= length(name) + 1
        )
    $$
"""
_GIN = (
    "CREATE INDEX IF NOT EXISTS customer_by_pieces ON parties_customer"
    " USING gin (encours_pieces(search_name))"
)
_TABLE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS parties_customer_pieces"
    " USING fts5(search_name, tokenize = 'trigram case_sensitive 1')"
)
_COUNTS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS parties_customer_piece_counts"
    " USING fts5vocab(parties_customer_pieces, row)"
)
_TRIGGERS = {
    "customer_pieces_insert": (
        "AFTER INSERT ON parties_customer BEGIN INSERT INTO parties_customer_pieces (rowid, search_name)"
        " VALUES (NEW.id, NEW.search_name || '  '); END"
    ),
    "customer_pieces_update": (
        "AFTER UPDATE OF search_name ON parties_customer WHEN OLD.search_name IS NOT NEW.search_name BEGIN"
        " UPDATE parties_customer_pieces SET search_name = NEW.search_name || '  ' WHERE rowid = OLD.id; END"
    ),
    "customer_pieces_delete": (
        "AFTER DELETE ON parties_customer BEGIN DELETE FROM parties_customer_pieces WHERE rowid = OLD.id; END"
    ),
}


def make_index(**_signal: object) -> None:
    """Make what is missing of the index: the receiver of post_migrate.

    SQLite drops the triggers of a table that a migration remakes: then all names are indexed anew.
    """
    if "parties_customer" not in connection.introspection.table_names():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regclass('customer_by_pieces') IS NULL")
            if cursor.fetchone()[0]:
                cursor.execute(_FUNCTION)
                cursor.execute(_GIN)
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = dict(cursor.fetchall())
        wanted = {name: f"CREATE TRIGGER {name} {body}" for name, body in _TRIGGERS.items()}
        if all(present.get(name) == source for name, source in wanted.items()):
            return
        for statement in _remade(wanted):
            cursor.execute(statement)


def _remade(triggers: dict[str, str]) -> Iterator[str]:
    yield from (_TABLE, _COUNTS, "DELETE FROM parties_customer_pieces")
    for name, source in triggers.items():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield source
    yield (
        "INSERT INTO parties_customer_pieces (rowid, search_name)"
        " SELECT id, search_name || '  ' FROM parties_customer"
    )


def ids_holding(words: Sequence[str], most: int) -> list[int] | None:
    """Return the ids of the customers whose name holds every word, in no order.

    None where they are more than ``most``: reading the names in their order soon meets some then. Some of
    those returned may lack a word too frequent for the index to be asked.
    """
    found = _in_postgres(words, most) if connection.vendor == "postgresql" else _in_sqlite(words, most)
    return None if found is None or len(found) > most else found


def _in_postgres(words: Sequence[str], most: int) -> list[int] | None:
    if all(len(word) == 1 and word in _FREQUENT for word in words):
        return None  # met soon in any order
    pieces = sorted({piece for word in words for piece in _pieces(word)})
    holds = " AND strpos(search_name, %s) > 0" * len(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM parties_customer WHERE encours_pieces(search_name) @> %s::text[]{holds}"  # noqa: S608
            " LIMIT %s",
            [pieces, *words, most + 1],
        )
        return [number for (number,) in cursor.fetchall()]


def _pieces(word: str) -> Iterator[str]:
    size = min(len(word), LONGEST)
    return (word[at : at + size] for at in range(len(word) - size + 1))


def _in_sqlite(words: Sequence[str], most: int) -> list[int] | None:
    asked = []
    for word in words:
        if len(word) == 1:
            continue  # met soon in any order
        terms = [word] if len(word) >= LONGEST else _terms(word)
        if not terms:
            return []
        if len(terms) <= MOST_TERMS:
            asked.append("(" + " OR ".join(map(_quoted, terms)) + ")")
    if not asked:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM parties_customer_pieces WHERE parties_customer_pieces MATCH %s LIMIT %s",
            [" AND ".join(asked), most + 1],
        )
        return [number for (number,) in cursor.fetchall()]


def _terms(beginning: str) -> list[str]:
    """Return the pieces of three characters that begin with two, up to one more than are of use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT term FROM parties_customer_piece_counts WHERE term >= %s AND term < %s LIMIT %s",
            [beginning, f"{beginning}\U0010ffff", MOST_TERMS + 1],
        )
        return [term for (term,) in cursor.fetchall()]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
