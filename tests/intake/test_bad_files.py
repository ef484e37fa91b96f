"""A file that is no table, or not a sane one, is refused whole by every import."""

from __future__ import annotations

from pathlib import Path

import pytest

from encours.receivables.models import Invoice
from tests.intake.files import INVOICE_COLUMNS, INVOICES, load, write_csv, write_workbook
from tests.intake.test_bad_input import invoice, refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["entities", "customers", "invoices", "payments"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe" + "entity_code;entity_name\n".encode("utf-16-le"),
        b"entity_code,customer_code\n\x81\x8d\n",
        b"x" * 10_000_000,
        b"PK\x03\x04" + b"\x00" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b'"',
        b"\n\n\n",
        b",,,,\n,,,,\n",
    ],
    ids=["empty", "nul", "utf-16", "encoding", "long-line", "zip", "xls", "quote", "blank", "no-names"],
)
def test_a_file_that_is_no_table_is_refused_by_every_command(
    tmp_path: Path, kind: str, content: bytes
) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    assert refused(kind, path)


def test_lines_of_ten_megabytes_are_told_among_good_ones(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    path = write_csv(tmp_path / "f.csv", INVOICES)
    path.write_bytes(path.read_bytes() + b"y" * 10_000_000 + b"\r\nE1,C1\r\n")
    assert [(line, message) for line, _, _, message in refused("invoices", path)] == [
        (6, "Ligne trop longue\u00a0: plus de 100000 caractères."),
        (7, "2 colonnes au lieu de 10 dans l'en-tête\u00a0: ligne décalée ou tronquée."),
    ]


def test_a_yen_with_cents_is_refused_in_a_workbook_too(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    table = [INVOICE_COLUMNS, invoice(currency="JPY", net="1500.5", vat="0", gross="1500.5")]
    no_decimals = "Un montant en JPY n'a pas de décimales."
    assert refused("invoices", write_workbook(tmp_path / "f.xlsx", table)) == [
        (2, "net", "1500.5", no_decimals),
        (2, "gross", "1500.5", no_decimals),
    ]


def test_two_names_for_one_new_code_are_refused(tmp_path: Path) -> None:
    header = (*INVOICE_COLUMNS, "entity_name", "customer_name")
    table = [header, [*invoice(), "Une", "Un"], [*invoice(number="F2"), "Deux", ""]]
    path = write_csv(tmp_path / "f.csv", table)
    message = f"{path}, ligne 2, dit «\u00a0Une\u00a0» pour le même code."
    assert refused("invoices", path) == [(3, "entity_name", "Deux", message)]
    assert not Invoice.objects.exists()
