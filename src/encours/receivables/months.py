"""Know the monthly sums that dashboard and totals read, and how each document and allocation adds to them.

A month of an entity and currency is the sum of its rows: whoever changes something adds rows and locks none,
so that writers never wait for one another. Every thousandth row folds the table. What an invoice adds to
«overdue» falls into the first month at whose end it is late; an allocation takes it away in that month or its
own, the later of the two: so what was owed and overdue at any month's end is a sum of what came before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, transaction

from encours.receivables.figures import as_parameter, ids_given
from encours.receivables.models import MonthFlow

FOLDED_EVERY = 1_000
"""Every how many rows written the writer adds up those that are there: about 10 ms."""

AMOUNTS = (
    *("invoiced_minor", "credited_minor", "received_minor"),
    *("allocated_minor", "fell_due_minor", "settled_late_minor"),
    *("invoice_count", "credit_note_count"),
)

_CELL = "entity_id, currency, month"
_COLUMNS = f"{_CELL}, {', '.join(AMOUNTS)}"
_OF_DOCUMENTS = """
    SELECT entity_id, currency, issue_month AS month,
        CASE WHEN kind = 'invoice' THEN gross_minor ELSE 0 END AS invoiced_minor,
        CASE WHEN kind = 'credit_note' THEN gross_minor ELSE 0 END AS credited_minor,
        0 AS received_minor, 0 AS allocated_minor, 0 AS fell_due_minor, 0 AS settled_late_minor,
        CASE WHEN kind = 'invoice' THEN 1 ELSE 0 END AS invoice_count,
        CASE WHEN kind = 'credit_note' THEN 1 ELSE 0 END AS credit_note_count
    FROM receivables_invoice WHERE id IN {ids}
    UNION ALL
    SELECT entity_id, currency, {late_from}, 0, 0, 0, 0, gross_minor, 0, 0, 0
    FROM receivables_invoice WHERE kind = 'invoice' AND id IN {ids}
"""
_OF_ALLOCATIONS = """
    SELECT entity_id, currency, paid_in AS month, 0 AS invoiced_minor, 0 AS credited_minor,
        0 AS received_minor, amount_minor AS allocated_minor, 0 AS fell_due_minor, 0 AS settled_late_minor,
        0 AS invoice_count, 0 AS credit_note_count
    FROM ({dated}) AS dated
    UNION ALL
    SELECT entity_id, currency, CASE WHEN paid_in > late_from THEN paid_in ELSE late_from END,
        0, 0, 0, 0, 0, amount_minor, 0, 0
    FROM ({dated}) AS dated
"""
_DATED = """
    SELECT i.entity_id, i.currency, {paid_in} AS paid_in, {late_from} AS late_from, a.amount_minor
    FROM receivables_allocation AS a JOIN receivables_invoice AS i ON i.id = a.invoice_id WHERE a.id IN {ids}
"""
_OF_PAYMENTS = """
    SELECT account.entity_id, p.currency, {received_in} AS month, 0 AS invoiced_minor, 0 AS credited_minor,
        p.amount_minor AS received_minor, 0 AS allocated_minor, 0 AS fell_due_minor, 0 AS settled_late_minor,
        0 AS invoice_count, 0 AS credit_note_count
    FROM receivables_payment AS p JOIN parties_account AS account ON account.id = p.account_id
    WHERE p.cancelled_on IS NULL AND p.id IN {ids}
"""
_TAKE_OUT = """
    WITH taken AS (
        DELETE FROM receivables_monthflow
        WHERE id IN (SELECT id FROM receivables_monthflow FOR UPDATE SKIP LOCKED) RETURNING *
    )
"""
_SOURCES = {
    "receivables_invoice": _OF_DOCUMENTS,
    "receivables_allocation": _OF_ALLOCATIONS,
    "receivables_payment": _OF_PAYMENTS,
}


@dataclass(frozen=True, slots=True)
class Dated:
    """The ids of documents and allocations that count in some months."""

    invoices: Collection[int] = ()
    payments: Collection[int] = ()
    allocations: Collection[int] = ()


def add_to_months(dated: Dated) -> None:
    """Count documents and allocations that were just written, inside the caller's transaction."""
    _write(dated, 1)


def take_from_months(dated: Dated) -> None:
    """Count no more what is about to change, as it still is, inside the caller's transaction."""
    _write(dated, -1)


@transaction.atomic
def rebuild_months() -> None:
    """Write every month anew from all documents and allocations; nobody else writes meanwhile."""
    MonthFlow.objects.all().delete()
    with connection.cursor() as cursor:
        for source in _SOURCES:
            cursor.execute(_insertion(_recomputed(source)), {"sign": 1})
    fold_months()


def check_months() -> tuple[int, list[str]]:
    """Compare every month with its recomputation: how many there are, a sentence for each that differs."""
    kept = _sums("SELECT * FROM receivables_monthflow")
    expected = _sums(" UNION ALL ".join(_recomputed(source) for source in _SOURCES))
    nothing = (0,) * len(AMOUNTS)
    differing = [
        f"mois {cell} : {kept.get(cell, nothing)} au lieu de {expected.get(cell, nothing)}"
        for cell in sorted(kept.keys() | expected.keys())
        if kept.get(cell, nothing) != expected.get(cell, nothing)
    ]
    return len(kept.keys() | expected.keys()), differing


def fold_months() -> None:
    """Leave one row per entity, currency and month of those that nobody else folds at the moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_TAKE_OUT + _insertion("SELECT * FROM taken"), {"sign": 1})
            return
        cursor.execute("SELECT MAX(id) FROM receivables_monthflow")
        [(last,)] = cursor.fetchall()
        until = {"sign": 1, "last": last}
        cursor.execute(_insertion("SELECT * FROM receivables_monthflow WHERE id <= %(last)s"), until)
        cursor.execute("DELETE FROM receivables_monthflow WHERE id <= %(last)s", {"last": last})


def _write(dated: Dated, sign: int) -> None:
    written: list[int] = []
    with connection.cursor() as cursor:
        for source, ids in zip(_SOURCES, (dated.invoices, dated.allocations, dated.payments), strict=True):
            if ids:
                values = {"sign": sign, "ids": as_parameter(ids)}
                cursor.execute(f"{_insertion(_contributions(source, ids_given()))} RETURNING id", values)
                written += [number for (number,) in cursor.fetchall()]
    if any(number % FOLDED_EVERY == 0 for number in written):
        fold_months()


def _recomputed(source: str) -> str:
    return _contributions(source, f"(SELECT id FROM {source})")  # noqa: S608 (our own names)


def _contributions(source: str, ids: str) -> str:
    """Return the query of what the rows of one table add, each to its months."""
    return _SOURCES[source].format(
        ids=ids,
        late_from=_month("due_date", 1),
        received_in=_month("p.date"),
        dated=_DATED.format(ids=ids, paid_in=_month("a.date"), late_from=_month("i.due_date", 1)),
    )


def _month(date: str, days_later: int = 0) -> str:
    """Return the number of the month of a date, or of the day that follows it."""
    if connection.vendor == "postgresql":
        day = f"({date} + {days_later})"
        return f"CAST(EXTRACT(YEAR FROM {day}) * 12 + EXTRACT(MONTH FROM {day}) - 1 AS integer)"
    day = f"date({date}, '+{days_later} day')" if days_later else date
    return f"(CAST(substr({day}, 1, 4) AS integer) * 12 + CAST(substr({day}, 6, 2) AS integer) - 1)"


def _insertion(rows: str) -> str:
    sums = ", ".join(f"CAST(%(sign)s * SUM({name}) AS bigint)" for name in AMOUNTS)
    has_any = " OR ".join(f"SUM({name}) <> 0" for name in AMOUNTS)
    return (
        f"INSERT INTO receivables_monthflow ({_COLUMNS}) SELECT {_CELL}, {sums} FROM ({rows}) AS added"  # noqa: S608
        f" GROUP BY {_CELL} HAVING {has_any}"
    )


def _sums(rows: str) -> dict[tuple[int, str, int], tuple[int, ...]]:
    sums = ", ".join(f"CAST(SUM({name}) AS bigint)" for name in AMOUNTS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_CELL}, {sums} FROM ({rows}) AS added GROUP BY {_CELL}")  # noqa: S608
        found = {row[:3]: tuple(row[3:]) for row in cursor.fetchall()}
    return {cell: amounts for cell, amounts in found.items() if any(amounts)}
