"""Write real files of every form, import them by command, and say what came of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.management import call_command

from encours.console import Refused

Table = Sequence[Sequence[object]]

ENTITIES: Table = [["entity_code", "entity_name", "city"], ["E1", "Société Une", "Orléans"]]
CUSTOMERS: Table = [
    ["customer_code", "customer_name", "email", "address1", "postcode", "city"],
    ["C1", "Garage Müller", "compta@c1.example;chef@c1.example", "1 rue d’Été", "75009", "Paris"],
    ["C2", "Œuvres & Fils", "", "", "", ""],
]
INVOICE_COLUMNS = (
    *("entity_code", "customer_code", "number", "kind", "issue_date", "due_date", "net", "vat", "gross"),
    "currency",
)
INVOICES: Table = [
    INVOICE_COLUMNS,
    ["E1", "C1", "F1", "invoice", "2016-01-01", "31/01/2016", "9 500,00", "1900.00", "11\u202f400,00", "EUR"],
    ["E1", "C1", "F2", "invoice", "01/02/2016", "2016-03-02", "100.00", "20.00", "120.00", "EUR"],
    ["E1", "C1", "A1", "credit_note", "2016-02-10", "2016-02-10", "50.00", "10.00", "60.00", "EUR"],
    ["E1", "C2", "F3", "invoice", "2016-02-01", "2016-03-02", "1500", "0", "1500", "JPY"],
]
PAYMENT_COLUMNS = (
    *("entity_code", "customer_code", "reference", "date", "amount", "currency", "method"),
    *("invoice_number", "allocated"),
)
PAYMENTS: Table = [
    PAYMENT_COLUMNS,
    ["E1", "C1", "V1", "2016-03-01", "5 000,00", "EUR", "virement", "F1", "4940.00"],
    ["E1", "C1", "V1", "2016-03-01", "5000.00", "EUR", "virement", "F2", "60.00"],
    ["E1", "C1", "A1", "2016-02-10", "60.00", "EUR", "credit_note", "F2", "60.00"],
    ["E1", "C2", "V2", "2016-03-05", "700", "JPY", "chèque", "", ""],
]


def write_csv(path: Path, table: Table, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write a table as CSV."""
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(table)
    return path


def write_workbook(path: Path, table: Table) -> Path:
    """Write a table as XLSX, its texts as they are."""
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate(table):
            for column, cell in enumerate(cells):
                write = sheet.write_string if isinstance(cell, str) else sheet.write
                write(line, column, cell)
    return path


def run(kind: str, *paths: Path, dry_run: bool = False) -> tuple[int, dict[str, Any]]:
    """Return the exit code of an import and the JSON object that it printed."""
    out, err, code = StringIO(), StringIO(), 0
    options = ["--json", *(["--dry-run"] if dry_run else [])]
    try:
        call_command(f"import_{kind}", *map(str, paths), *options, stdout=out, stderr=err)
    except Refused as refused:
        code = refused.returncode
    return code, json.loads(out.getvalue())


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    """Return created, unchanged and updated."""
    return report["created"], report["unchanged"], report["updated"]


def told(report: dict[str, Any]) -> list[tuple[int, str, str, str]]:
    """Return the errors without their file: line, column, value, message."""
    return [(error["line"], error["column"], error["value"], error["message"]) for error in report["errors"]]


def load(folder: Path, *kinds: str) -> None:
    """Import the tables of this module, those named or all four."""
    tables = {"entities": ENTITIES, "customers": CUSTOMERS, "invoices": INVOICES, "payments": PAYMENTS}
    for kind in kinds or tables:
        code, report = run(kind, write_csv(folder / f"{kind}-loaded.csv", tables[kind]))
        assert (code, report["errors"]) == (0, [])
