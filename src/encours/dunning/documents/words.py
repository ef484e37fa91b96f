"""Know the fixed words of a letter in each language of a customer."""

from __future__ import annotations

from dataclasses import dataclass

from encours.core.french import NO_BREAK


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The words that the letter adds to the message."""

    colon: str
    reference: str
    page: str
    place_and_date: str
    subject: str
    invoice_line: str
    table_header: tuple[str, ...]
    total: str
    tax_included: str
    enclosures: str
    signature_of: str


FRENCH = LetterWords(
    colon=f"{NO_BREAK}: ",
    reference="Réf. relance",
    page=f"Page n°{NO_BREAK}",
    place_and_date="{town}, le {day}",
    subject="Objet",
    invoice_line=(
        f"N°{NO_BREAK}{{number}} (Mois/Année{NO_BREAK}: {{month}}){NO_BREAK}: "
        "{amount} TTC à payer pour le {due}"
    ),
    table_header=("N°", "Mois/Année", "Échéance", "Jours de retard", "Solde à payer (TTC)", "Devise"),
    total="Total à payer",
    tax_included="TTC",
    enclosures="Pièces jointes",
    signature_of="Signature pour {name}",
)
ENGLISH = LetterWords(
    colon=": ",
    reference="Reminder ref.",
    page=f"Page{NO_BREAK}",
    place_and_date="{town}, {day}",
    subject="Subject",
    invoice_line=(f"No.{NO_BREAK}{{number}} (month/year: {{month}}): {{amount}} incl. VAT, due on {{due}}"),
    table_header=("No.", "Month/year", "Due date", "Days late", "Amount due (incl. VAT)", "Currency"),
    total="Total due",
    tax_included="incl. VAT",
    enclosures="Enclosed",
    signature_of="Signature for {name}",
)


def words_of(language: str) -> LetterWords:
    """Return the words of a language; English for every language but French."""
    return FRENCH if language == "fr" else ENGLISH
