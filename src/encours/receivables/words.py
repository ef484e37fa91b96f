"""Say documents, amounts and days in the sentences that a user reads."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import override

from encours.core import french
from encours.core.money import Money
from encours.languages import with_code
from encours.receivables.models import Invoice, InvoiceKind, Payment


def name_of(document: Invoice | Payment) -> str:
    """Return «la facture FAC-1», «l'avoir AV-1» or «le règlement VIR-1»."""
    if isinstance(document, Payment):
        return _("le règlement %s") % document.reference
    if document.kind == InvoiceKind.CREDIT_NOTE:
        return _("l'avoir %s") % document.number
    return _("la facture %s") % document.number


def name_at_start(document: Invoice | Payment) -> str:
    """Return the name of a document as a sentence starts with it: «La facture FAC-1»."""
    name = name_of(document)
    return name[:1].upper() + name[1:]


def kept_name_of(document: Invoice | Payment) -> str:
    """Return the name of a document as the journal keeps it, whoever acted."""
    with override("fr"):
        return name_of(document)


def day_in_words(day: dt.date) -> str:
    """Return a day as «31/01/2016»."""
    return french.date(day)


def money_in_words(money: Money) -> str:
    """Return an amount as «9 500,00 EUR», with no-break spaces."""
    return with_code(money)
