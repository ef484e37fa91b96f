"""Both statements as PDF: their totals, their sections, the same bytes."""

from __future__ import annotations

import datetime as dt
import io

import pypdf

from encours.core.statements import Period, StatedItem, Use, build_full, build_outstanding
from encours.documents.sender import Sender
from encours.statements.documents.drawing import render_statement
from encours.statements.documents.statement import StatementDocument, file_name, label

PERIOD = Period(2016 * 12, 2016 * 12 + 4, dt.date(2016, 5, 16))


def items(currency: str = "EUR") -> list[StatedItem]:
    return [
        StatedItem("invoice", "F-OLD", dt.date(2015, 12, 1), 10000, currency, dt.date(2015, 12, 31)),
        StatedItem(
            "invoice",
            "FAC-201601-01",
            dt.date(2016, 1, 4),
            1140000,
            currency,
            dt.date(2016, 1, 31),
            (Use(dt.date(2016, 2, 10), 500000, "payment", "VIR-1"),),
        ),
        StatedItem("credit_note", "AV-1", dt.date(2016, 3, 1), 20000, currency, dt.date(2016, 3, 1)),
        StatedItem("payment", "VIR-9", dt.date(2016, 4, 1), 7000, currency, detail="virement"),
    ]


def statement(kind: str, language: str = "fr", currencies: tuple[str, ...] = ("EUR",)) -> StatementDocument:
    listed = [item for currency in currencies for item in items(currency)]
    return StatementDocument(
        kind=kind,
        language=language,
        sender=Sender(code="TOPCONSEIL", name="TOPCONSEIL"),
        customer_code="C/1",
        customer_name="CLIENT X",
        customer_lines=("69003 LYON",),
        from_month=PERIOD.from_month,
        to_month=PERIOD.to_month,
        as_of=PERIOD.as_of,
        outstanding=build_outstanding(listed, PERIOD) if kind == "encours" else (),
        full=build_full(listed, PERIOD) if kind == "compte" else (),
    )


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_outstanding_statement_says_what_is_due_and_what_is_available() -> None:
    text = text_of(render_statement(statement("encours")))
    for element in (
        "Encours client",
        "Période de 01/2016 à 05/2016",
        "Situation au 16/05/2016",
        "Antérieur à la période (1 facture) 100,00",
        "FAC-201601-01 04/01/2016 31/01/2016 106 11 400,00 5 000,00 6 400,00",
        "Avoir AV-1 01/03/2016 200,00 0,00 200,00",
        "Règlement VIR-9 01/04/2016 virement 70,00 0,00 70,00",
        "Total à payer 6 500,00 EUR",
        "dont échu 6 500,00 EUR",
        "Avoirs et règlements disponibles 270,00 EUR",
        "Net 6 230,00 EUR",
        "Page 1/1",
    ):
        assert element in text


def test_the_full_statement_runs_from_opening_to_closing() -> None:
    text = text_of(render_statement(statement("compte")))
    for element in (
        "État du compte client",
        "Solde d'ouverture – antérieur à la période (1 document) 100,00",
        "Facture FAC-201601-01 04/01/2016 31/01/2016 11 400,00 5 000,00 6 400,00 6 500,00",
        "règlement VIR-1 du 10/02/2016 5 000,00",
        "Avoir AV-1 01/03/2016 -200,00 -200,00 6 300,00",
        "Règlement VIR-9 01/04/2016 -70,00 -70,00 6 230,00",
        "Solde de clôture 6 230,00 EUR",
    ):
        assert element in text


def test_a_statement_keeps_its_bytes_and_its_data() -> None:
    for kind in ("encours", "compte"):
        drawn = statement(kind, "en", ("EUR", "JPY", "TND"))
        again = StatementDocument.from_json(drawn.to_json())
        assert again == drawn
        pdf = render_statement(again)
        assert pdf == render_statement(drawn)
        text = text_of(pdf)
        assert all(f"Currency: {code}" in text for code in ("EUR", "JPY", "TND"))


def test_an_account_without_documents_has_a_statement_that_says_so() -> None:
    empty = StatementDocument(
        "encours", "fr", Sender(code="T", name="T"), "C", "X", (), 2016 * 12, 2016 * 12, PERIOD.as_of
    )
    assert "Aucun document ouvert" in text_of(render_statement(empty))


def test_a_statement_names_its_file_and_its_label() -> None:
    assert file_name(statement("encours"), "pdf") == "Encours-C_1-01-2016-05-2016.pdf"
    assert file_name(statement("compte"), "xlsx") == "Compte-client-C_1-01-2016-05-2016.xlsx"
    assert label(statement("encours")) == "État PDF de l'encours de 01/2016 à 05/2016"
    assert label(statement("compte")) == "Compte client de 01/2016 à 05/2016"
