"""The shape in which an invoice, a credit note or a payment is recorded and corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from encours.core.currencies import DECIMALS
from encours.core.errors import Refusal
from encours.core.money import MAX_MINOR
from encours.core.typed import parse_text
from encours.receivables.errors import AmountRefused, DateRefused, ReasonMissing, SidesDiffer

NUMBER_LENGTH = 64
REFERENCE_LENGTH = 100
METHOD_LENGTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDetails:
    """What is written on an invoice or a credit note, amounts positive and in minor units."""

    number: str
    issue_date: dt.date
    due_date: dt.date
    net_minor: int
    vat_minor: int
    gross_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDetails:
    """What is known of a payment, its amount in minor units."""

    reference: str
    date: dt.date
    amount_minor: int
    currency: str
    method: str = ""


def check_invoice(details: InvoiceDetails) -> InvoiceDetails:
    """Return the details cleaned; raise Refusal for one that no invoice can have."""
    number = _text(details.number, NUMBER_LENGTH, _("numéro"))
    if not number:
        raise Refusal(_("Il manque le numéro de la facture ou de l’avoir\u00a0: saisissez-le."))
    check_currency(details.currency)
    check_amount(details.gross_minor, number)
    if details.gross_minor != details.net_minor + details.vat_minor or details.net_minor < 0:
        raise AmountRefused(
            _(
                "%s\u00a0: le montant TTC n’est pas la somme du HT et de la TVA\u00a0: corrigez "
                "l’un des trois."
            )
            % number
        )
    if details.due_date < details.issue_date:
        raise DateRefused(
            _("%s\u00a0: l’échéance précède la date d’émission\u00a0: corrigez l’une des deux.") % number
        )
    return replace(details, number=number)


def check_payment(details: PaymentDetails, *, today: dt.date) -> PaymentDetails:
    """Return the details cleaned; raise Refusal for one that no payment received by today can have."""
    reference = _text(details.reference, REFERENCE_LENGTH, _("référence"))
    if not reference:
        raise Refusal(_("Il manque la référence du règlement\u00a0: saisissez-la."))
    check_currency(details.currency)
    check_amount(details.amount_minor, reference)
    if details.date > today:
        raise DateRefused(
            _("Règlement %s\u00a0: sa date est dans le futur\u00a0: saisissez le jour où il a été reçu.")
            % reference
        )
    return replace(details, reference=reference, method=_text(details.method, METHOD_LENGTH, _("moyen")))


def check_currency(currency: str) -> None:
    """Raise Refusal for a code that is not a currency of ISO 4217."""
    if currency not in DECIMALS:
        raise SidesDiffer(
            _(
                "La devise «\u00a0%s\u00a0» n’est pas connue\u00a0: donnez un code ISO\u00a04217, "
                "EUR par exemple."
            )
            % currency
        )


def check_amount(amount_minor: int, number: str) -> None:
    """Raise Refusal for an amount that is not positive or is beyond all bounds."""
    if amount_minor <= 0:
        raise AmountRefused(_("%s\u00a0: le montant doit être supérieur à zéro.") % number)
    if amount_minor > MAX_MINOR:
        raise AmountRefused(
            _("%s\u00a0: le montant dépasse tout ce qu’Encours accepte\u00a0: vérifiez-le.") % number
        )


def check_reason(reason: str) -> str:
    """Return the reason cleaned; raise Refusal where none is given."""
    if not reason.strip():
        raise ReasonMissing(_("Il manque le motif\u00a0: écrivez en une phrase pourquoi."))
    return reason.strip()


def _text(text: str, longest: int, label: str) -> str:
    try:
        return parse_text(text, max_length=longest)
    except Refusal as refusal:
        raise Refusal(f"{label.capitalize()}\u00a0: {refusal.message}") from refusal
