"""Every bad line is told at once with what was expected, and nothing of its file is taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest

from tests.access.world import snapshot
from tests.intake.files import (
    INVOICE_COLUMNS,
    INVOICES,
    PAYMENT_COLUMNS,
    Table,
    counts,
    load,
    run,
    told,
    write_csv,
)

pytestmark = pytest.mark.django_db

AMOUNT = "Un montant s'écrit 9500.00 ou 9\u00a0500,00."
DATE = "Une date s'écrit 2016-01-31 ou 31/01/2016."
Told = tuple[int, str, str, str]


def refused(kind: str, path: Path) -> list[Told]:
    """Return what an import tells, once it is proved that it refused everything and changed nothing."""
    before = snapshot()
    code, report = run(kind, path)
    assert (code, counts(report)) == (1, (0, 0, 0))
    assert snapshot() == before
    assert {error["file"] for error in report["errors"]} == {str(path)}
    return told(report)


def invoice(**changes: str) -> list[object]:
    return [changes.get(column, cell) for column, cell in zip(INVOICE_COLUMNS, INVOICES[1], strict=True)]


def payment(reference: str, amount: str, number: str, allocated: str = "", **changes: str) -> list[object]:
    values = ["E1", "C1", reference, "2016-03-01", amount, "EUR", "virement", number, allocated]
    return [changes.get(column, cell) for column, cell in zip(PAYMENT_COLUMNS, values, strict=True)]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("issue_date", "31/02/2016", "Cette date n'existe pas dans le calendrier."),
        ("issue_date", "2016-1-1", DATE),
        ("due_date", "", DATE),
        (
            "due_date",
            "2015-12-31",
            "F9\u00a0: l'échéance précède la date d'émission\u00a0: corrigez l'une des deux.",
        ),
        *(
            (column, value, AMOUNT)
            for column in ("net", "vat", "gross")
            for value in ("1.000.00", "1,000.00", "NaN", "Infinity", "1e40", "--5", "９５", "")
        ),
        ("gross", "9" * 30, "Ce montant est trop grand."),
        ("gross", "11400.001", "Un montant en EUR a 2 décimales au plus."),
        (
            "gross",
            "11400.01",
            "F9\u00a0: le montant TTC n'est pas la somme du HT et de la TVA\u00a0: corrigez l'un des trois.",
        ),
        ("currency", "EURO", "Une devise est un code ISO 4217 en capitales, par exemple EUR."),
        ("currency", "", "Une devise est un code ISO 4217 en capitales, par exemple EUR."),
        ("kind", "facture", "La nature est «\u00a0invoice\u00a0» ou «\u00a0credit_note\u00a0»."),
        (
            "entity_code",
            "E2",
            "Entité facturante inconnue\u202f; le plus proche est «\u00a0E1\u00a0» (Société Une).",
        ),
        ("entity_code", "ZZZ", "Entité facturante inconnue."),
        (
            "customer_code",
            "C11",
            "Client inconnu\u202f; le plus proche est «\u00a0C1\u00a0» (Garage Müller).",
        ),
        ("customer_code", "", "Il manque le code du client."),
        ("number", "", "Il manque le numéro de la facture ou de l'avoir\u00a0: saisissez-le."),
        ("number", "x" * 65, "Trop long\u00a0: 65 caractères, 64 au plus."),
        ("number", "a\x07b", "Caractère de commande interdit (U+0007)\u00a0: retirez-le."),
    ],
)
def test_a_bad_cell_of_an_invoice_is_told_and_nothing_is_taken(
    tmp_path: Path, column: str, value: str, message: str
) -> None:
    load(tmp_path, "entities", "customers")
    table = [INVOICE_COLUMNS, invoice(), invoice(**{"number": "F9", column: value})]
    shown = value.replace("\x07", "\ufffd")
    assert refused("invoices", write_csv(tmp_path / "f.csv", table)) == [(3, column, shown, message)]
    table[2] = invoice(number="F9")
    assert counts(run("invoices", write_csv(tmp_path / "f.csv", table))[1]) == (2, 0, 0)


def test_every_bad_cell_of_every_line_is_told_at_once(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    table = [
        INVOICE_COLUMNS,
        invoice(),
        invoice(number="F2", currency="JPY"),
        invoice(),
        invoice(number="F3", issue_date="x", net="y", customer_code="C9"),
        invoice(number="F4", gross="0", net="0", vat="0", due_date="2015-01-01"),
    ]
    path = write_csv(tmp_path / "f.csv", table)
    assert [(line, column) for line, column, *_ in refused("invoices", path)] == [
        *((3, "net"), (3, "vat"), (3, "gross")),
        (4, "number"),
        *((5, "issue_date"), (5, "net")),
        *((6, "gross"), (6, "due_date")),
    ]


def test_a_line_that_contradicts_a_recorded_invoice_shows_both(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers", "invoices")
    changed = invoice(customer_code="C2", due_date="2016-02-15", net="9400", gross="11300")
    path = write_csv(tmp_path / "f.csv", [INVOICE_COLUMNS, changed])
    assert refused("invoices", path) == [
        (
            2,
            "customer_code",
            "C2",
            "Déjà enregistré avec «\u00a0C1\u00a0»\u202f; le fichier dit «\u00a0C2\u00a0».",
        ),
        (
            *(2, "due_date", "15/02/2016"),
            "Déjà enregistré avec «\u00a031/01/2016\u00a0»\u202f; le fichier dit «\u00a015/02/2016\u00a0».",
        ),
        (
            *(2, "net", "9\ufffd400,00\ufffdEUR"),
            "Déjà enregistré avec «\u00a09\u202f500,00\u00a0EUR\u00a0»\u202f; le fichier dit"
            " «\u00a09\u202f400,00\u00a0EUR\u00a0».",
        ),
        (
            *(2, "gross", "11\ufffd300,00\ufffdEUR"),
            "Déjà enregistré avec «\u00a011\u202f400,00\u00a0EUR\u00a0»\u202f; le fichier dit"
            " «\u00a011\u202f300,00\u00a0EUR\u00a0».",
        ),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [payment("V1", "60.00", "F2", "1.00"), payment("V1", "61.00", "F1", "1.00")],
            (
                3,
                "amount",
                "61,00 EUR",
                "{file}, ligne 2, dit «\u00a060,00\u00a0EUR\u00a0» pour la même référence.",
            ),
        ),
        (
            [payment("V1", "100.00", "F2", "60.00"), payment("V1", "100.00", "F1", "40.01")],
            (
                *(3, "allocated", "40,01 EUR"),
                "Les montants lettrés, 100,01\u00a0EUR, dépassent celui du règlement, 100,00\u00a0EUR.",
            ),
        ),
        (
            [payment("V1", "100.00", "F2", "60.00"), payment("V1", "100.00", "F1")],
            (
                3,
                "allocated",
                "",
                "Ce règlement a plusieurs lignes\u00a0: donnez le montant lettré de chacune.",
            ),
        ),
        (
            [payment("V1", "10.00", "F2", "1.00"), payment("V1", "10.00", "F2", "2.00")],
            (3, "invoice_number", "F2", "Cette facture est déjà lettrée avec ce règlement plus haut."),
        ),
        (
            [payment("V1", "10.00", ""), payment("V1", "10.00", "")],
            (3, "reference", "V1", "Ce règlement est déjà donné sans facture plus haut."),
        ),
        (
            [payment("V1", "60.00", "F2"), payment("V2", "100.00", "F2", "60.01")],
            (
                *(3, "allocated", "60,01 EUR"),
                "Il ne reste que 60,00\u00a0EUR sur la facture F2 au 01/03/2016\u202f; ici 60,01\u00a0EUR.",
            ),
        ),
        (
            [payment("V1", "100.00", "F2", "120.01")],
            (
                *(2, "allocated", "120,01 EUR"),
                "Les montants lettrés, 120,01\u00a0EUR, dépassent celui du règlement, 100,00\u00a0EUR.",
            ),
        ),
        (
            [payment("V1", "10.00", "F9")],
            (2, "invoice_number", "F9", "Facture inconnue dans cette entité\u00a0: importez-la d'abord."),
        ),
        (
            [payment("V1", "10.00", "A1")],
            (2, "invoice_number", "A1", "C'est un avoir, pas une facture."),
        ),
        (
            [payment("V1", "10.00", "F2", customer_code="C2")],
            (2, "invoice_number", "F2", "Ce document est du client «\u00a0C1\u00a0»."),
        ),
        (
            [payment("V1", "10", "F2", currency="JPY")],
            (2, "currency", "JPY", "Cette facture est en EUR, le règlement en JPY."),
        ),
        (
            [payment("V1", "10.00", "", "5.00")],
            (2, "allocated", "5.00", "Un montant est lettré, mais le numéro de facture manque."),
        ),
        (
            [payment("V1", "10.00", "F2", "0")],
            (2, "allocated", "0", "Le montant lettré doit être supérieur à zéro."),
        ),
        (
            [payment("V1", "-10.00", "F2")],
            (2, "amount", "-10.00", "V1\u00a0: le montant doit être supérieur à zéro."),
        ),
        (
            [payment("V1", "10.00", "F2", date="2199-01-01")],
            (
                *(2, "date", "2199-01-01"),
                "Règlement V1\u00a0: sa date est dans le futur\u00a0: saisissez le jour où il a été reçu.",
            ),
        ),
        (
            [payment("A9", "10.00", "F2", method="credit_note")],
            (2, "reference", "A9", "Avoir inconnu dans cette entité\u00a0: importez-le d'abord."),
        ),
        (
            [payment("F1", "10.00", "F2", method="credit_note")],
            (2, "reference", "F1", "C'est une facture, pas un avoir."),
        ),
        (
            [payment("A1", "59.00", "F2", method="credit_note")],
            (
                *(2, "amount", "59,00 EUR"),
                "Déjà enregistré avec «\u00a060,00\u00a0EUR\u00a0»\u202f; le fichier dit"
                " «\u00a059,00\u00a0EUR\u00a0».",
            ),
        ),
        (
            [payment("V1", "10.00", "F2", customer_code="C11")],
            (
                2,
                "customer_code",
                "C11",
                "Client inconnu\u202f; le plus proche est «\u00a0C1\u00a0» (Garage Müller).",
            ),
        ),
    ],
)
def test_a_bad_payment_is_told_and_nothing_is_taken(
    tmp_path: Path, lines: Sequence[Sequence[object]], expected: Told
) -> None:
    load(tmp_path, "entities", "customers", "invoices")
    path = write_csv(tmp_path / "p.csv", [PAYMENT_COLUMNS, *lines])
    line, column, value, message = expected
    shown = value.replace(" ", "\ufffd") if column in {"amount", "allocated"} else value
    assert refused("payments", path) == [(line, column, shown, message.format(file=path))]


def test_a_line_that_contradicts_a_recorded_payment_shows_both(tmp_path: Path) -> None:
    load(tmp_path)
    table = [
        PAYMENT_COLUMNS,
        payment("V1", "5000.00", "F1", "4930.00", date="2016-03-02", method="chèque"),
    ]
    path = write_csv(tmp_path / "p.csv", table)
    assert [(column, message) for _, column, _, message in refused("payments", path)] == [
        (
            "date",
            "Déjà enregistré avec «\u00a001/03/2016\u00a0»\u202f; le fichier dit «\u00a002/03/2016\u00a0».",
        ),
        ("method", "Déjà enregistré avec «\u00a0virement\u00a0»\u202f; le fichier dit «\u00a0chèque\u00a0»."),
        (
            "allocated",
            "Déjà lettré pour «\u00a04\u202f940,00\u00a0EUR\u00a0»\u202f; le fichier dit"
            " «\u00a04\u202f930,00\u00a0EUR\u00a0».",
        ),
    ]


def test_payments_before_their_invoices_are_told_line_by_line(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    table = [PAYMENT_COLUMNS, payment("V1", "60.00", "F2"), payment("V2", "60.00", "F1")]
    path = write_csv(tmp_path / "p.csv", table)
    assert [(line, value) for line, _, value, _ in refused("payments", path)] == [(2, "F2"), (3, "F1")]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            [["entity_code", "entity_name"], ["E1", "Une"], ["E1", "Une"]],
            [(3, "entity_code", "E1", "Cette entité est déjà donnée dans {file}, ligne 2.")],
        ),
        (
            [["entity_code", "entity_name", "iban", "siren"], ["E 1", "", "FR00", "1234"]],
            [
                (2, "entity_name", "", "Il manque le nom pour l'entité facturante E 1\u00a0: saisissez-le."),
                (
                    *(2, "entity_code", "E 1"),
                    "Un code d'entité commence par une lettre ou un chiffre et ne contient que des lettres"
                    " sans accent, des chiffres, «\u00a0.\u00a0», «\u00a0_\u00a0» et «\u00a0-\u00a0».",
                ),
                (2, "siren", "1234", "Le SIREN «\u00a01234\u00a0» n'a pas neuf chiffres\u00a0: corrigez-le."),
                (2, "iban", "FR00", "Cet IBAN n'est pas valable\u00a0: vérifiez chacun de ses caractères."),
            ],
        ),
    ],
)
def test_bad_entities_are_told_and_nothing_is_taken(
    tmp_path: Path, table: Table, expected: list[Told]
) -> None:
    path = write_csv(tmp_path / "e.csv", table)
    assert refused("entities", path) == [(*rest, text.format(file=path)) for *rest, text in expected]


def test_bad_customers_are_told_and_nothing_is_taken(tmp_path: Path) -> None:
    load(tmp_path, "entities")
    header = ["customer_code", "customer_name", "entity_code", "email", "kind", "language", "postcode"]
    table = [
        header,
        ["C1", "Un", "", "a@b.example;nobody", "ami", "de", "75"],
        ["C2", "Deux", "E9", "", "", "", ""],
        ["C2", "Trois", "", "", "", "", ""],
        ["C2", "Deux", "", "", "", "", ""],
    ]
    path = write_csv(tmp_path / "c.csv", table)
    assert [(line, column, value) for line, column, value, _ in refused("customers", path)] == [
        *((2, "language", "de"), (2, "kind", "ami")),
        *((2, "email", "a@b.example;nobody"), (2, "postcode", "75")),
        (3, "entity_code", "E9"),
        (4, "customer_name", "Trois"),
        (5, "customer_code", "C2"),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/etc/passwd", "Donnez un chemin relatif au fichier importé, sans «\u00a0..\u00a0»."),
        ("../F1.pdf", "Donnez un chemin relatif au fichier importé, sans «\u00a0..\u00a0»."),
        ("sub\\..\\..\\F1.pdf", "Donnez un chemin relatif au fichier importé, sans «\u00a0..\u00a0»."),
        ("C:\\F1.pdf", "Donnez un chemin relatif au fichier importé, sans «\u00a0..\u00a0»."),
        ("link.pdf", "Ce fichier est hors du dossier du fichier importé."),
        ("absent.pdf", "Ce fichier n'existe pas à côté du fichier importé."),
        (".", "Ce fichier n'existe pas à côté du fichier importé."),
        ("text.pdf", "Ce fichier n'est pas un PDF."),
        ("broken.pdf", "Ce PDF est abîmé ou tronqué."),
        ("locked.pdf", "Ce PDF est protégé par un mot de passe."),
        ("x" * 300, "Nom de fichier trop long\u00a0: 200 caractères au plus."),
        ("x/" * 300, "Ce fichier n'existe pas à côté du fichier importé."),
    ],
)
def test_a_pdf_that_is_not_one_or_not_in_the_folder_is_refused(
    tmp_path: Path, name: str, message: str
) -> None:
    load(tmp_path, "entities", "customers")
    folder = tmp_path / "in"
    folder.mkdir()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "F1.pdf")
        pdf.save(folder / "locked.pdf", encryption=pikepdf.Encryption(user="x", owner="y"))
    (folder / "link.pdf").symlink_to(tmp_path / "F1.pdf")
    (folder / "text.pdf").write_bytes(b"hello")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nhello")
    path = write_csv(folder / "f.csv", [(*INVOICE_COLUMNS, "pdf"), [*invoice(), name]])
    assert [told_one[1:] for told_one in refused("invoices", path)] == [
        ("pdf", name if len(name) < 200 else name[:199] + "…", message)
    ]
