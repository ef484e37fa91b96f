"""Know the fixed words of a statement in each language of a customer."""

from __future__ import annotations

from dataclasses import dataclass

from encours.core.french import NO_BREAK

BUCKETS_FR = ("Non échu", "1-30 jours", "31-60 jours", "61-90 jours", "> 90 jours")
BUCKETS_EN = ("Not due", "1-30 days", "31-60 days", "61-90 days", "> 90 days")


@dataclass(frozen=True, slots=True)
class StatementWords:
    """The words of both statements in one language."""

    colon: str
    title_encours: str
    title_compte: str
    period: str
    as_of: str
    customer: str
    currency: str
    earlier: str
    nothing: str
    invoices: str
    credits: str
    ageing: str
    totals: str
    invoice_header: tuple[str, ...]
    credit_header: tuple[str, ...]
    full_header: tuple[str, ...]
    kinds: dict[str, str]
    invoice_counted: tuple[str, str]
    document_counted: tuple[str, str]
    credit_note_counted: tuple[str, str]
    due: str
    overdue: str
    credit_total: str
    net: str
    opening: str
    unallocated: str
    period_total: str
    closing: str
    settled_by: dict[str, str]
    buckets: tuple[str, ...]
    page: str
    sheet_invoices: str
    sheet_credits: str
    sheet_settlements: str


FRENCH = StatementWords(
    colon=f"{NO_BREAK}: ",
    title_encours="Encours client",
    title_compte="État du compte client",
    period="Période de {first} à {last}",
    as_of="Situation au {day}",
    customer="Client",
    currency="Devise",
    earlier="Antérieur à la période",
    nothing="Aucun document ouvert ni émis sur la période.",
    invoices="Factures à payer",
    credits="Avoirs non utilisés et règlements non affectés",
    ageing="Ancienneté",
    totals="Totaux",
    invoice_header=(
        "Facture n°",
        "Date d'émission",
        "Date d'échéance",
        "Jours de retard",
        "Total T.T.C.",
        "Réglé",
        "Solde à payer",
    ),
    credit_header=("Nature", "N° ou référence", "Date", "Mode", "Montant", "Utilisé", "Disponible"),
    full_header=(
        "Nature",
        "N° ou référence",
        "Date",
        "Date d'échéance",
        "Total T.T.C.",
        "Lettrage",
        "Solde",
        "Solde progressif",
    ),
    kinds={"invoice": "Facture", "credit_note": "Avoir", "payment": "Règlement"},
    invoice_counted=("facture", "factures"),
    document_counted=("document", "documents"),
    credit_note_counted=("avoir", "avoirs"),
    due="Total à payer",
    overdue="dont échu",
    credit_total="Avoirs et règlements disponibles",
    net="Net",
    opening="Solde d'ouverture",
    unallocated="Règlements non affectés",
    period_total="Total de la période",
    closing="Solde de clôture",
    settled_by={
        "payment": "règlement {number} du {day}",
        "credit_note": "avoir {number} du {day}",
        "invoice": "facture {number}, le {day}",
    },
    buckets=BUCKETS_FR,
    page="Page",
    sheet_invoices="Factures à payer",
    sheet_credits="Avoirs et règlements",
    sheet_settlements="Lettrage",
)
ENGLISH = StatementWords(
    colon=": ",
    title_encours="Outstanding statement",
    title_compte="Statement of account",
    period="Period from {first} to {last}",
    as_of="As of {day}",
    customer="Customer",
    currency="Currency",
    earlier="Before the period",
    nothing="No open document, and none issued in the period.",
    invoices="Invoices to pay",
    credits="Unused credit notes and unallocated payments",
    ageing="Ageing",
    totals="Totals",
    invoice_header=("Invoice no.", "Issue date", "Due date", "Days late", "Total incl. VAT", "Paid", "Due"),
    credit_header=("Kind", "No. or reference", "Date", "Method", "Amount", "Used", "Available"),
    full_header=(
        "Kind",
        "No. or reference",
        "Date",
        "Due date",
        "Total incl. VAT",
        "Allocated",
        "Remaining",
        "Running balance",
    ),
    kinds={"invoice": "Invoice", "credit_note": "Credit note", "payment": "Payment"},
    invoice_counted=("invoice", "invoices"),
    document_counted=("document", "documents"),
    credit_note_counted=("credit note", "credit notes"),
    due="Total due",
    overdue="of which overdue",
    credit_total="Credits available",
    net="Net",
    opening="Opening balance",
    unallocated="Unallocated payments",
    period_total="Total of the period",
    closing="Closing balance",
    settled_by={
        "payment": "payment {number} of {day}",
        "credit_note": "credit note {number} of {day}",
        "invoice": "invoice {number}, on {day}",
    },
    buckets=BUCKETS_EN,
    page="Page",
    sheet_invoices="Invoices to pay",
    sheet_credits="Credit notes and payments",
    sheet_settlements="Allocations",
)


def words_of(language: str) -> StatementWords:
    """Return the words of a language; English for every language but French."""
    return FRENCH if language == "fr" else ENGLISH
