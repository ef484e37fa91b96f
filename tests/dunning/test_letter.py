"""The letter holds every element that the product promises, at its place, literally."""

from __future__ import annotations

import dataclasses
import io

import pypdf
import pytest

from encours.documents.sender import Sender
from encours.dunning.documents.letter import Block, LetterDocument, LetterInvoice, render_letter

TOPCONSEIL = Sender(
    code="TOPCONSEIL",
    name="TOPCONSEIL",
    legal_form="SAS",
    address1="12 rue de la Paix",
    postcode="75002",
    city="PARIS",
    phone="01 42 00 00 00",
    fax="01 42 00 00 01",
    share_capital="100 000 EUR",
    siren="732829320",
    rcs_town="PARIS",
    vat_number="FR44732829320",
    town="Paris",
    signature="Direction administrative et financière",
)
LETTER = LetterDocument(
    language="fr",
    reference="1",
    identifier="TOPCONSEIL-1",
    date="2016-05-16",
    mention="Lettre simple",
    subject="Relance pour facture impayée",
    sender=TOPCONSEIL,
    recipient=("CLIENT X", "Mme Claire Martin", "27 avenue des Champs", "69003 LYON"),
    blocks=(
        Block("paragraph", "Madame, Monsieur,"),
        Block("paragraph", "La facture suivante reste à régler :"),
        Block("invoices"),
        Block("paragraph", "Veuillez agréer nos salutations distinguées."),
    ),
    invoices=(LetterInvoice("FAC-201601-01", "2016-01-04", "2016-01-31", 640000, "EUR", 106),),
    enclosures=("votre compte client au 16/05/2016", "le duplicata de la facture déjà transmise"),
)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize(
    "element",
    [
        "TOPCONSEIL",
        "12 rue de la Paix",
        "Tél : 01 42 00 00 00",
        "Fax : 01 42 00 00 01",
        "Capital : 100 000 EUR",
        "R.C.S. : RCS PARIS 732 829 320",
        "CLIENT X Mme Claire Martin 27 avenue des Champs 69003 LYON",
        "Réf. relance : 1",
        "Page n° 1",
        "Paris, le 16/05/2016",
        "- Lettre simple -",
        "Objet : Relance pour facture impayée",
        "Madame, Monsieur,",
        "- N° FAC-201601-01 (Mois/Année : 1/2016) : 6 400,00 EUR TTC à payer pour le 31/01/2016",
        "6 400,00 EUR (TTC)",
        "votre compte client au 16/05/2016",
        "le duplicata de la facture déjà transmise",
        "Direction administrative et financière",
        "SIREN 732 829 320",
        "TVA : FR44732829320",
    ],
)
def test_the_letter_of_the_example_holds_every_element(element: str) -> None:
    assert element in text_of(render_letter(LETTER))


def test_the_same_letter_has_the_same_bytes_after_a_round_trip_through_json() -> None:
    again = LetterDocument.from_json(LETTER.to_json())
    assert again == LETTER
    assert render_letter(again) == render_letter(LETTER)


def test_more_than_three_invoices_are_a_table_with_one_total_per_currency() -> None:
    lines = tuple(
        LetterInvoice(f"F{index}", "2016-01-04", "2016-01-31", 1000 * index, currency, 106)
        for index, currency in enumerate(["EUR", "EUR", "JPY", "TND"], start=1)
    )
    text = text_of(render_letter(dataclasses.replace(LETTER, invoices=lines)))
    assert "N° Mois/Année Échéance" in text
    assert "30,00 EUR (TTC)" in text
    assert "3 000 JPY (TTC)" in text
    assert "4,000 TND (TTC)" in text


def test_the_letter_encloses_its_data() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_letter(LETTER)))
    assert LetterDocument.from_json(reader.attachments["relance.json"][0].decode()) == LETTER
