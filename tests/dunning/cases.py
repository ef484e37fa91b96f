"""Letters as different as customers are: each is looked at, measured, and some are shown in the manual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from encours.core.money import Money
from encours.core.placeholders import InvoiceList, fill, fill_blocks, without_empty_paragraphs
from encours.documents.letterhead import Letterhead
from encours.documents.sender import Sender, address_lines
from encours.dunning.default_templates import default_templates
from encours.dunning.documents.letter import Block, LetterDocument, LetterInvoice
from encours.dunning.texts import enclosure_texts, enumeration, total_text
from tests.dunning.letterheads import DRAWN, HIGH, SIGNED, WIDE

TODAY = dt.date(2016, 5, 16)
SENDER = Sender(
    code="TOPCONSEIL", name="TopConseil", legal_form="SAS", address1="12 rue de la Paix", postcode="75002",
    city="PARIS", phone="01 42 00 00 00", fax="01 42 00 00 01", share_capital="100 000 EUR",
    siren="732829320", rcs_town="PARIS", vat_number="FR44732829320", town="Paris",
    iban="FR7630006000011234567890189", bic="AGRIFRPP", signature="Direction administrative et financière",
)  # fmt: skip
DRESSED = Letterhead(accent="#0b6e4f", logo_sha256=DRAWN, signature_sha256=SIGNED, has_payment_block=True)
RECIPIENT = ("Dupont SA", "Mme Claire Martin", "27 avenue des Champs", "69003 LYON")
LONG_NAME = (
    "Société coopérative d’intérêt collectif pour la rénovation énergétique des logements anciens de la "
    "communauté d’agglomération du Bassin de Bourg-en-Bresse"
)


def invoices(count: int, currencies: tuple[str, ...] = ("EUR",)) -> tuple[LetterInvoice, ...]:
    """Return invoices of the last months, all overdue, of amounts from tens to hundreds of thousands."""
    lines = []
    for index in range(count):
        due = TODAY - dt.timedelta(days=3 + 11 * (count - 1 - index))
        issued = due - dt.timedelta(days=30)
        number = f"FAC-{issued:%Y%m}-{index + 1:02}"
        minor = 10 * 7**index % 47_999_900 + 4_250
        currency = currencies[index % len(currencies)]
        late = (TODAY - due).days
        lines.append(LetterInvoice(number, issued.isoformat(), due.isoformat(), minor, currency, late))
    return tuple(lines)


def letter(
    lines: tuple[LetterInvoice, ...],
    code: str = "L1",
    language: str = "fr",
    *,
    look: Letterhead = DRESSED,
    recipient: tuple[str, ...] = RECIPIENT,
    sender: Sender = SENDER,
) -> LetterDocument:
    """Return the letter that a default template makes of some invoices."""
    template = next(row for row in default_templates() if (row.code, row.language) == (code, language))
    enclosures = enclosure_texts(
        kind="compte", today=TODAY, duplicate_count=len(lines) if code == "LMED" else 0, language=language
    )
    values = {
        "client": recipient[0],
        "entite": sender.name,
        "factures": "list",
        "total": total_text((Money(line.remaining_minor, line.currency) for line in lines), language),
        "nombre": str(len(lines)),
        "derniere_relance": "02/05/2016",
        "pieces_jointes": enumeration(enclosures, language),
    }
    return LetterDocument(
        language=language,
        reference="12",
        identifier=f"{sender.code}-12",
        date=TODAY.isoformat(),
        mention=template.mention,
        subject=fill(template.subject, values, len(lines)),
        sender=replace(sender, letterhead=look),
        recipient=recipient,
        blocks=_blocks(template.body, values, len(lines)),
        invoices=lines,
        enclosures=enclosures,
    )


def _blocks(body: str, values: Mapping[str, str], count: int) -> tuple[Block, ...]:
    return tuple(
        Block("invoices") if isinstance(block, InvoiceList) else Block("paragraph", block.text)
        for block in fill_blocks(without_empty_paragraphs(body, values), values, count)
    )


def with_paragraph(document: LetterDocument, text: str) -> LetterDocument:
    """Return the letter with one more paragraph before its closing formula."""
    *before, closing = document.blocks
    return replace(document, blocks=(*before, Block("paragraph", text), closing))


CASES = {
    "une-facture": letter(invoices(1)),
    "quarante-factures": letter(invoices(40), "L2"),
    "noms-longs": letter(
        invoices(3),
        recipient=(
            LONG_NAME,
            "À l’attention de Madame la directrice administrative et financière adjointe",
            "Zone d’aménagement concerté des Hauts-de-Saint-Martin-le-Vinoux",
            "Bâtiment C, 3e étage, porte 312, 1547 bis avenue du Maréchal-de-Lattre-de-Tassigny",
            "01000 BOURG-EN-BRESSE CEDEX",
        ),
        sender=replace(
            SENDER, name=LONG_NAME[:90], signature="La directrice du recouvrement, " + LONG_NAME[:80]
        ),
    ),
    "sans-logo": letter(invoices(2), look=Letterhead()),
    "logo-large": letter(
        invoices(2), look=Letterhead(accent="#12508a", logo_sha256=WIDE, margin_left_mm=25, margin_top_mm=12)
    ),
    "logo-haut": letter(invoices(5), look=Letterhead(logo_sha256=HIGH, logo_height_mm=30, margin_top_mm=30)),
    "trois-devises": letter(invoices(7, ("EUR", "USD", "JPY")), "L3"),
    "anglais": letter(
        invoices(5),
        "L2",
        "en",
        recipient=(
            "Acme Ltd",
            "Ms Jane Doe",
            *address_lines("1 High Street", "", "SW1A 1AA", "LONDON", "GB", "FR"),
        ),
    ),
    "avoir-superieur": with_paragraph(
        letter(invoices(1)),
        "Nous tenons à votre disposition l’avoir AV-201604-02 de 9 000,00 EUR, supérieur à cette somme : "
        "dites-nous si vous souhaitez l’affecter à cette facture ; nous vous rembourserons le reste.",
    ),
    "noms-du-monde": letter(
        invoices(4),
        recipient=(
            "شركة النور 株式会社 Ωμέγα 😀",
            "Жанна Щукина",
            *address_lines("Calle Ñandú 5", "", "28001", "MADRID", "ES", "FR"),
        ),
    ),
    "mise-en-demeure": letter(
        invoices(6), "LMED", look=replace(DRESSED, footer_note="Membre du groupe TopConseil International")
    ),
}
"""Each case by the name of its picture."""
