"""Know the columns of the files by their French names, and guess which one a header means."""

from __future__ import annotations

import re
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from encours.core.search import normalise

LABELS: dict[str, str | Promise] = {
    "entity_code": _("Code de l'entité facturante"),
    "customer_code": _("Code du client"),
    "number": _("Numéro"),
    "kind": _("Nature"),
    "issue_date": _("Date d'émission"),
    "due_date": _("Date d'échéance"),
    "net": _("Montant HT"),
    "vat": _("Montant de la TVA"),
    "gross": _("Montant TTC"),
    "currency": _("Devise"),
    "pdf": _("Fichier PDF"),
    "entity_name": _("Nom de l'entité facturante"),
    "customer_name": _("Nom du client"),
    "reference": _("Référence du règlement"),
    "date": _("Date du règlement"),
    "amount": _("Montant du règlement"),
    "method": _("Moyen de règlement"),
    "invoice_number": _("Numéro de la facture réglée"),
    "allocated": _("Montant lettré"),
    "siren": _("SIREN"),
    "vat_number": _("Numéro de TVA"),
    "language": _("Langue"),
    "contact_name": _("Nom du contact"),
    "contact_role": _("Fonction du contact"),
    "contact_phone": _("Téléphone du contact"),
    "email": _("Adresses e-mail"),
    "address1": _("Adresse"),
    "address2": _("Complément d'adresse"),
    "postcode": _("Code postal"),
    "city": _("Ville"),
    "country": _("Pays"),
    "legal_form": _("Forme juridique"),
    "phone": _("Téléphone"),
    "fax": _("Fax"),
    "share_capital": _("Capital social"),
    "rcs_town": _("Ville du RCS"),
    "iban": _("IBAN"),
    "bic": _("BIC"),
    "sender_name": _("Nom d'expéditeur"),
    "sender_email": _("E-mail d'expéditeur"),
    "letter_town": _("Ville des lettres"),
    "signature": _("Signature"),
}

_OTHER_NAMES = {
    "entity_code": "code entité|entité|code société|société",
    "customer_code": "code client|client|compte client|n° client|numéro client",
    "number": "numéro|n°|numéro de facture|n° facture|n° de facture|facture|pièce|n° pièce",
    "kind": "nature|type|type de pièce",
    "issue_date": "date d'émission|date de facture|date facture|date de la facture|émise le",
    "due_date": "date d'échéance|échéance|date échéance|échéance le|à payer le",
    "net": "montant HT|HT|total HT|total H.T.",
    "vat": "montant de la TVA|TVA|montant TVA|total TVA",
    "gross": "montant TTC|TTC|total TTC|total T.T.C.",
    "currency": "devise|monnaie",
    "entity_name": "nom de l'entité facturante|nom entité|raison sociale société",
    "customer_name": "nom du client|nom client|raison sociale",
    "reference": "référence du règlement|référence|n° règlement",
    "date": "date du règlement|date|date règlement|date de règlement",
    "amount": "montant du règlement|montant|montant réglé",
    "method": "moyen de règlement|moyen|mode de règlement|mode",
    "invoice_number": "numéro de la facture réglée|facture|n° facture|numéro de facture",
    "allocated": "montant lettré|lettré|montant imputé",
    "vat_number": "numéro de TVA|TVA intracommunautaire|n° TVA",
    "language": "langue",
    "contact_name": "nom du contact|contact",
    "contact_role": "fonction du contact|fonction",
    "contact_phone": "téléphone du contact|téléphone",
    "email": "adresses e-mail|e-mail|email|mail|courriel",
    "address1": "adresse|adresse 1|rue",
    "address2": "complément d'adresse|adresse 2|complément",
    "postcode": "code postal|CP",
    "city": "ville|commune",
    "country": "pays",
    "legal_form": "forme juridique",
    "phone": "téléphone|tél.|tel",
    "fax": "fax|télécopie",
    "share_capital": "capital social|capital",
    "rcs_town": "ville du RCS|RCS",
}


def guess(name: str, columns: tuple[str, ...]) -> str:
    """Return the one of the columns that a name of a header plainly means, or nothing."""
    plain = _plain(name)
    return next((column for column in columns if plain and plain in _names_of(column)), "")


@cache
def _names_of(column: str) -> frozenset[str]:
    return frozenset(_plain(name) for name in _OTHER_NAMES.get(column, column).split("|"))


def _plain(name: str) -> str:
    return normalise(re.sub(r"[\W_]+", " ", name.replace(".", "")))
