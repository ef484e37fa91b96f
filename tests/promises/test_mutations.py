"""Any mutation of an import file is taken whole or refused whole, and never makes the program fail."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.db import models, transaction

from encours.audit.models import AuditLine
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.receivables.models import Allocation, Invoice, Payment
from tests.access.world import snapshot
from tests.intake.files import (
    CUSTOMERS,
    INVOICES,
    PAYMENTS,
    Table,
    load,
    run,
    write_csv,
    write_workbook,
)
from tests.promises.figures import record, size
from tests.promises.texts import FORMULAS, HEADERS, SCRIPTS, TEMPLATES

pytestmark = [pytest.mark.promise, pytest.mark.django_db]

SEED = 20_160_516
ONE_WORKBOOK_IN = 25
TABLES: dict[str, tuple[Table, type[models.Model]]] = {
    "entities": ([["entity_code", "entity_name"], ["E8", "Huit"], ["E9", "Neuf"]], BillingEntity),
    "customers": ([CUSTOMERS[0], ["C8", *CUSTOMERS[1][1:]], ["C9", *CUSTOMERS[2][1:]]], Customer),
    "invoices": (INVOICES, Invoice),
    "payments": (PAYMENTS, Payment),
}
WRITTEN = (AuditLine, Account, BillingEntity, Customer, DunningContact, Allocation, Invoice, Payment)
ENCODINGS = ["utf-8"] * 6 + ["utf-8-sig", "utf-16"]
BYTES = [b'"', b";", b",", b"\n", b"\r", b"\x00", b"\xe9", b"\xff", b"9", b"-", b"\xef\xbb\xbf", b"\xf0\x9f"]
TEXTS = [*FORMULAS, *HEADERS, *SCRIPTS, *TEMPLATES, "x" * 20_000, "9" * 400, "-0", "31/02/2016", "1e400"]


def rows() -> list[list[tuple[object, ...]]]:
    """Return every row that an import may write."""
    return [list(model._default_manager.order_by("pk").values_list()) for model in WRITTEN]


def mutate_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return the file with a cut, a changed byte, an insertion, a repetition or a lost end; or several."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        at = chance.randrange(len(changed) + 1)
        match chance.choice(["cut", "change", "insert", "insert", "repeat", "end"]):
            case "cut":
                del changed[at : at + chance.randint(1, 20)]
            case "change":
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case "insert":
                changed[at:at] = chance.choice(BYTES)
            case "repeat":
                changed[at:at] = changed[at : at + 200]
            case _:
                del changed[at:]
    return bytes(changed)


def mutate_cells(table: Table, chance: random.Random) -> Table:
    """Return the table with a cell of hostile text, more or less, or a line lost or doubled; or several."""
    changed = [list(row) for row in table]
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        row = chance.choice(changed)
        at = chance.randrange(len(row))
        match chance.choice(["text", "text", "insert", "remove", "double"]):
            case "text":
                row[at] = chance.choice(TEXTS)
            case "insert":
                row.insert(at, chance.choice(TEXTS))
            case "remove" if len(row) > 1:
                row.pop()
            case _:
                changed.append(list(row))
    return changed


def mutated(folder: Path, number: int, kind: str, chance: random.Random) -> Path:
    """Write one mutated file; some are workbooks, each of which takes a process to read."""
    table = TABLES[kind][0]
    if number % ONE_WORKBOOK_IN == 0:
        path = write_workbook(folder / "mutated.xlsx", mutate_cells(table, chance))
        if chance.random() < 0.5:
            path.write_bytes(mutate_bytes(path.read_bytes(), chance))
        return path
    if chance.random() < 0.3:
        return write_csv(folder / "mutated.csv", mutate_cells(table, chance))
    path = write_csv(folder / "mutated.csv", table, encoding=chance.choice(ENCODINGS))
    path.write_bytes(mutate_bytes(path.read_bytes(), chance))
    return path


def test_a_mutated_file_is_taken_whole_or_refused_whole(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    before, files = snapshot(), size(reduced=60, full=10_000)
    chance, taken, refused = random.Random(SEED), 0, 0
    for number in range(files):
        kind = chance.choice(sorted(TABLES))
        with transaction.atomic():
            if kind == "payments":
                load(tmp_path, "invoices")
            start, model = rows(), TABLES[kind][1]
            known = model._default_manager.count()
            code, report = run(kind, mutated(tmp_path, number, kind, chance))
            if code:
                refused += 1
                assert report["errors"], number
                assert (report["created"], report["unchanged"], report["updated"]) == (0, 0, 0), number
                assert rows() == start, number
            else:
                taken += 1
                assert report["errors"] == [], number
                assert model._default_manager.count() - known <= report["created"], number
            transaction.set_rollback(True)
    assert snapshot() == before
    assert taken
    assert refused
    record(files=files, refused_whole=refused, taken_whole=taken, failures=0, taken_in_part=0)
