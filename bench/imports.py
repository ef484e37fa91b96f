"""Measure the imports: time and peak memory of each command on generated files.

Usage: python -m bench.imports [LINES]; in a fresh data folder, or on the database that DATABASE_URL names.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter

ENTITIES, INVOICES_PER_CUSTOMER = 5, 10
FIRST_DAY = dt.date(2020, 1, 1)
Cells = Sequence[str]


def main() -> None:
    """Generate the files, run the commands twice, print one line each."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="encours-imports-") as name:
        folder = Path(name)
        environment = {"ENCOURS_DATA_DIR": str(folder), **os.environ}
        _encours(["migrate", "-v0"], environment)
        files = {
            "entities": _write(folder / "entities.csv", _entities()),
            "customers": _write(folder / "customers.csv", _customers(lines)),
            "invoices": _write(folder / "invoices.csv", _invoices(lines)),
            "payments": _write(folder / "payments.csv", _payments(lines)),
        }
        for pass_name in ("first", "again"):
            for kind, path in files.items():
                _measure(f"{kind} ({pass_name})", [f"import_{kind}", str(path)], environment)
        workbook = _write_workbook(folder / "invoices.xlsx", _invoices(lines))
        _measure("invoices as XLSX (again)", ["import_invoices", str(workbook)], environment)


def _measure(label: str, arguments: list[str], environment: dict[str, str]) -> None:
    before = time.perf_counter()
    peak = _encours(arguments, environment)
    seconds = time.perf_counter() - before
    print(f"{label:28} {seconds:6.1f} s  {peak / 1024:6.0f} MB", flush=True)


def _encours(arguments: list[str], environment: dict[str, str]) -> int:
    """Run a command and return the peak of its resident memory in kilobytes."""
    child = subprocess.Popen(
        [sys.executable, "-m", "encours", *arguments], env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{arguments[0]} failed with {child.returncode}")
    peak: int = usage.ru_maxrss
    assert isinstance(usage, resource.struct_rusage)
    return peak


def _write(path: Path, rows: Iterator[Cells]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def _write_workbook(path: Path, rows: Iterator[Cells]) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for index, cells in enumerate(rows):
            sheet.write_row(index, 0, cells)
    return path


def _entities() -> Iterator[Cells]:
    yield ("entity_code", "entity_name", "siren")
    yield from ((f"E{number}", f"Société {number}", f"{number:09}") for number in range(ENTITIES))


def _customers(lines: int) -> Iterator[Cells]:
    yield ("customer_code", "customer_name", "language", "email", "address1", "postcode", "city", "country")
    for number in range(lines // INVOICES_PER_CUSTOMER):
        email = f"compta@c{number}.example"
        yield (
            f"C{number:06}",
            f"Client {number}",
            "fr",
            email,
            f"{number} rue de la Paix",
            "75002",
            "Paris",
            "FR",
        )


def _sides(number: int) -> tuple[str, str]:
    customer = number // INVOICES_PER_CUSTOMER
    return f"E{customer % ENTITIES}", f"C{customer:06}"


def _invoices(lines: int) -> Iterator[Cells]:
    yield (
        *("entity_code", "customer_code", "number", "kind", "issue_date", "due_date", "net", "vat", "gross"),
        "currency",
    )
    for number in range(lines):
        issued = FIRST_DAY + dt.timedelta(days=number % 1500)
        dates = issued.isoformat(), (issued + dt.timedelta(days=30)).isoformat()
        amounts = f"{100 + number % 900}.00", "20.00", f"{120 + number % 900}.00"
        yield (*_sides(number), f"F{number:08}", "invoice", *dates, *amounts, "EUR")


def _payments(lines: int) -> Iterator[Cells]:
    yield (
        *("entity_code", "customer_code", "reference", "date", "amount", "currency", "method"),
        *("invoice_number", "allocated"),
    )
    for number in range(lines):
        paid = FIRST_DAY + dt.timedelta(days=number % 1500 + 40)
        amount = f"{120 + number % 900}.00"
        yield (
            *(*_sides(number), f"VIR{number:08}", paid.isoformat(), amount, "EUR", "transfer"),
            *(f"F{number:08}", amount),
        )


if __name__ == "__main__":
    main()
