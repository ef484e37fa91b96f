"""Have the database itself refuse to change or delete what must stay as it was written.

The triggers are made anew after every migration, because SQLite loses those of a table that is altered, and
lifted before one. `encours serve`, `encours verify` and `encours doctor` say when one is missing or is not
ours. Both engines refuse with an IntegrityError.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection, models, transaction

PREFIX = "append_only_"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is refused on the rows of a model: a change of each field but those that may change, a deletion.

    A field of ``set_once`` may change while it is null or empty. ``update_if`` is one more condition, in SQL
    on OLD and NEW, under which a change is refused; ``delete_unless`` one under which a row may go, and
    ``erased_if`` one under which the fields of ``erasable`` may change: a purge or an erasure was announced.
    """

    model: type[models.Model]
    may_change: Collection[str] = ()
    set_once: Collection[str] = ()
    update_if: str = ""
    delete_unless: str = ""
    erasable: Collection[str] = ()
    erased_if: str = ""

    @property
    def table(self) -> str:
        """Return the name of the table."""
        return self.model._meta.db_table

    def refused_update(self) -> str:
        """Return the condition under which a change is refused."""
        differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
        conditions = [f"({self.update_if})"] if self.update_if else []
        for field in self.model._meta.concrete_fields:
            changed = f'OLD."{field.column}" {differs} NEW."{field.column}"'
            if field.attname in self.set_once:
                has_value = "IS NOT NULL" if field.null else "<> ''"
                conditions.append(f'(OLD."{field.column}" {has_value} AND {changed})')
            elif field.attname in self.erasable:
                conditions.append(f"({changed} AND NOT ({self.erased_if}))")
            elif field.attname not in self.may_change:
                conditions.append(changed)
        return " OR ".join(conditions)

    def refused_delete(self) -> str:
        """Return the condition under which a deletion is refused."""
        return f"NOT ({self.delete_unless})" if self.delete_unless else "1 = 1"


_rules: dict[str, Rule] = {}


def protect(rule: Rule) -> None:
    """Protect the rows of a model from the next migration on."""
    _rules[rule.table] = rule


def make_triggers(**_signal: object) -> None:
    """Make every trigger anew, on tables that exist: the receiver of post_migrate."""
    with transaction.atomic():
        _drop()
        for trigger in _wanted():
            _execute(*trigger.statements)


def lift_triggers(*, plan: object = True, **_signal: object) -> None:
    """Drop every trigger if migrations are to be run: the receiver of pre_migrate."""
    if plan:
        with transaction.atomic():
            _drop()


def missing_triggers() -> list[str]:
    """Return the names of the triggers that should be there and are not, do not fire, or do another thing."""
    present = _present()
    return [trigger.name for trigger in _wanted() if present.get(trigger.name) != trigger.source]


@dataclass(frozen=True, slots=True)
class _Trigger:
    """One trigger; ``source`` is what the database keeps of it."""

    name: str
    source: str
    statements: tuple[str, ...]


def _wanted() -> Iterator[_Trigger]:
    tables = set(connection.introspection.table_names())
    make = _of_postgres if connection.vendor == "postgresql" else _of_sqlite
    for rule in _rules.values():
        if rule.table in tables:
            yield from make(rule)


def _of_sqlite(rule: Rule) -> Iterator[_Trigger]:
    for event, refused in (("update", rule.refused_update()), ("delete", rule.refused_delete())):
        name = f"{PREFIX}{rule.table}_{event}"
        source = (
            f'CREATE TRIGGER {name} BEFORE {event.upper()} ON "{rule.table}" WHEN {refused}'
            f" BEGIN SELECT RAISE(ABORT, 'append-only: {rule.table}'); END"
        )
        yield _Trigger(name, source, (source,))


def _of_postgres(rule: Rule) -> Iterator[_Trigger]:
    """Yield triggers whose conditions stand in their functions: one in WHEN could not look at other rows."""
    refusals = {"update": rule.refused_update(), "delete": rule.refused_delete(), "truncate": "1 = 1"}
    for event, refused in refusals.items():
        name = f"{PREFIX}{rule.table}_{event}"
        source = (
            f"BEGIN IF {refused} THEN RAISE EXCEPTION 'append-only: {rule.table}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            f" RETURN {'NEW' if event == 'update' else 'OLD'}; END"
        )
        function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${source}$$"
        each = "STATEMENT" if event == "truncate" else "ROW"
        on = f'BEFORE {event.upper()} ON "{rule.table}" FOR EACH {each} EXECUTE FUNCTION {name}()'
        yield _Trigger(name, source, (function, f"CREATE TRIGGER {name} {on}"))


_PRESENT_IN_SQLITE = "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
_PRESENT_IN_POSTGRES = """
    SELECT tgname, CASE WHEN tgenabled IN ('O', 'A') THEN prosrc ELSE '' END, relname
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgname LIKE %s AND NOT tgisinternal AND pg_table_is_visible(pg_class.oid)
"""


def _rows() -> list[tuple[str, str, str]]:
    query = _PRESENT_IN_POSTGRES if connection.vendor == "postgresql" else _PRESENT_IN_SQLITE
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}%"])
        return list(cursor.fetchall())


def _present() -> dict[str, str]:
    """Return the triggers of ours that are there, each with its source; it is empty if one does not fire."""
    return {name: source for name, source, _table in _rows()}


def _drop() -> None:
    if connection.vendor == "postgresql":
        _execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table that waits for a check cannot be altered
        _execute(*(f'DROP TRIGGER {name} ON "{table}"' for name, _source, table in _rows()))
        _execute("SET CONSTRAINTS ALL DEFERRED")
    else:
        _execute(*(f"DROP TRIGGER {name}" for name, _source, _table in _rows()))


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
