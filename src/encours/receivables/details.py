"""The shape in which an invoice, a credit note or a payment is recorded and corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
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
    cleaned = replace(details, number=_text(details.number, NUMBER_LENGTH, _("numéro")))
    for refusal in invoice_refusals(cleaned):
        raise refusal
    return cleaned


def check_payment(details: PaymentDetails, *, today: dt.date) -> PaymentDetails:
    """Return the details cleaned; raise Refusal for one that no payment received by today can have."""
    reference = _text(details.reference, REFERENCE_LENGTH, _("référence"))
    method = _text(details.method, METHOD_LENGTH, _("moyen"))
    cleaned = replace(details, reference=reference, method=method)
    for refusal in payment_refusals(cleaned, today=today):
        raise refusal
    return cleaned


def invoice_refusals(details: InvoiceDetails) -> Iterator[Refusal]:
    """Yield everything that no invoice can have, each with its field; the number is cleaned already."""
    number = details.number
    if not number:
        message = _("Il manque le numéro de la facture ou de l'avoir\u00a0: saisissez-le.")
        yield Refusal(message, field="number")
    yield from _currency_refusals(details.currency)
    yield from _amount_refusals(details.gross_minor, number, "gross_minor")
    for field, amount in (("net_minor", details.net_minor), ("vat_minor", details.vat_minor)):
        if amount < 0:
            message = _("%s\u00a0: ce montant est négatif\u00a0: un avoir aussi s'écrit en positif.")
            yield AmountRefused(message % number, field=field)
    if details.gross_minor != details.net_minor + details.vat_minor:
        message = _(
            "%s\u00a0: le montant TTC n'est pas la somme du HT et de la TVA\u00a0: corrigez l'un des trois."
        )
        yield AmountRefused(message % number, field="gross_minor")
    if details.due_date < details.issue_date:
        message = _("%s\u00a0: l'échéance précède la date d'émission\u00a0: corrigez l'une des deux.")
        yield DateRefused(message % number, field="due_date")


def payment_refusals(details: PaymentDetails, *, today: dt.date) -> Iterator[Refusal]:
    """Yield everything that no payment received by today can have, each with its field."""
    if not details.reference:
        yield Refusal(_("Il manque la référence du règlement\u00a0: saisissez-la."), field="reference")
    yield from _currency_refusals(details.currency)
    yield from _amount_refusals(details.amount_minor, details.reference, "amount_minor")
    if details.date > today:
        message = _(
            "Règlement %s\u00a0: sa date est dans le futur\u00a0: saisissez le jour où il a été reçu."
        )
        yield DateRefused(message % details.reference, field="date")


def check_amount(amount_minor: int, number: str) -> None:
    """Raise Refusal for an amount that is not positive or is beyond all bounds."""
    for refusal in _amount_refusals(amount_minor, number, "amount_minor"):
        raise refusal


def check_reason(reason: str) -> str:
    """Return the reason cleaned; raise Refusal where none is given."""
    if not reason.strip():
        raise ReasonMissing(_("Il manque le motif\u00a0: écrivez en une phrase pourquoi."))
    return reason.strip()


def _text(text: str, longest: int, label: str) -> str:
    try:
        return parse_text(text, max_length=longest)
    except Refusal as refusal:
        sentence = _("%(field)s\u00a0: %(problem)s") % {
            "field": label.capitalize(),
            "problem": refusal.message,
        }
        raise Refusal(sentence) from refusal


def _currency_refusals(currency: str) -> Iterator[Refusal]:
    if currency not in DECIMALS:
        message = _(
            "La devise «\u00a0%s\u00a0» n'existe pas\u00a0: donnez un code ISO\u00a04217, par exemple EUR."
        )
        yield SidesDiffer(message % currency, field="currency")


def _amount_refusals(amount_minor: int, number: str, field: str) -> Iterator[Refusal]:
    if amount_minor <= 0:
        yield AmountRefused(_("%s\u00a0: le montant doit être supérieur à zéro.") % number, field=field)
    if amount_minor > MAX_MINOR:
        message = _("%s\u00a0: le montant dépasse tout ce qu'Encours accepte\u00a0: vérifiez-le.")
        yield AmountRefused(message % number, field=field)
