"""The shape in which an entity, a customer or a dunning contact is created and changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from babel import Locale
from django.db.models import Model
from django.utils.translation import gettext as _

from encours.core.addresses import ascii_email, is_postcode, split_emails
from encours.core.errors import Refusal
from encours.core.typed import parse_entity_code, parse_text
from encours.parties.models import BillingEntity, Customer, CustomerKind, DunningContact

LANGUAGES = ("fr", "en")
SIREN_LENGTH = 9
ENTITY_CODE_LENGTH = 32
LONGEST_TEXT = 2000
_WITHOUT_SPACES = frozenset({"siren", "vat_number", "iban", "bic"})
LABELS = {
    "code": "Code",
    "name": "Nom",
    "legal_form": "Forme juridique",
    "address1": "Adresse",
    "address2": "Complément d’adresse",
    "postcode": "Code postal",
    "city": "Ville",
    "country": "Pays",
    "phone": "Téléphone",
    "fax": "Fax",
    "share_capital": "Capital social",
    "siren": "SIREN",
    "rcs_town": "Ville du RCS",
    "vat_number": "Numéro de TVA",
    "iban": "IBAN",
    "bic": "BIC",
    "sender_name": "Nom de l’expéditeur",
    "sender_email": "E-mail de l’expéditeur",
    "letter_town": "Ville des courriers",
    "signature": "Signature",
    "language": "Langue",
    "kind": "Nature",
    "contact_name": "Nom du contact",
    "emails": "E-mails",
}
"""How the interface names each field of an entity, a customer or a contact."""

_COUNTRIES = frozenset(
    code for code in map(str, Locale("fr").territories) if len(code) == 2 and code.isalpha()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityDetails:
    """Everything that a billing entity says of itself; the fields are those of the model."""

    code: str
    name: str
    legal_form: str = ""
    address1: str = ""
    address2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    phone: str = ""
    fax: str = ""
    share_capital: str = ""
    siren: str = ""
    rcs_town: str = ""
    vat_number: str = ""
    iban: str = ""
    bic: str = ""
    sender_name: str = ""
    sender_email: str = ""
    letter_town: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDetails:
    """Everything that is known of a customer but his addresses."""

    code: str
    name: str
    siren: str = ""
    vat_number: str = ""
    language: str = "fr"
    kind: str = CustomerKind.PROFESSIONAL.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """Where reminders go; ``emails`` as typed, separated by «;», «,» or line breaks."""

    contact_name: str = ""
    emails: str = ""
    address1: str = ""
    address2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"


DetailsT = TypeVar("DetailsT", EntityDetails, CustomerDetails, ContactDetails)


def check_entity(details: EntityDetails) -> EntityDetails:
    """Return the details cleaned; raise Refusal where one of them cannot be kept."""
    cleaned = _cleaned(details, BillingEntity)
    _require_code_and_name(cleaned.code, cleaned.name, _("l’entité facturante"))
    parse_entity_code(cleaned.code, max_length=ENTITY_CODE_LENGTH)
    _check_country(cleaned.country)
    if cleaned.sender_email:
        ascii_email(cleaned.sender_email)
    _check_siren(cleaned.siren)
    return cleaned


def check_customer(details: CustomerDetails) -> CustomerDetails:
    """Return the details cleaned; raise Refusal where one of them cannot be kept."""
    cleaned = _cleaned(details, Customer)
    _require_code_and_name(cleaned.code, cleaned.name, _("le client"))
    if cleaned.language not in LANGUAGES:
        raise Refusal(
            _("La langue «\u00a0%s\u00a0» n’est pas connue\u00a0: choisissez fr ou en.") % cleaned.language
        )
    if cleaned.kind not in CustomerKind.values:
        raise Refusal(
            _(
                "La nature «\u00a0%s\u00a0» n’est pas connue\u00a0: choisissez professional, public "
                "ou consumer."
            )
            % cleaned.kind
        )
    _check_siren(cleaned.siren)
    return cleaned


def check_contact(details: ContactDetails) -> ContactDetails:
    """Return the details cleaned, one e-mail a line; raise Refusal for one that cannot be written to."""
    emails = split_emails(details.emails)
    for email in emails:
        ascii_email(email)
    cleaned = _cleaned(replace(details, emails=""), DunningContact)
    _check_country(cleaned.country)
    if cleaned.postcode and not is_postcode(cleaned.postcode, cleaned.country):
        raise Refusal(
            _(
                "Le code postal «\u00a0%(postcode)s\u00a0» n’a pas la forme attendue pour le pays "
                "%(country)s\u00a0: corrigez-le."
            )
            % {"postcode": cleaned.postcode, "country": cleaned.country}
        )
    return replace(cleaned, emails="\n".join(emails))


def _cleaned(details: DetailsT, model: type[Model]) -> DetailsT:
    """Strip every text; raise Refusal for control characters and for what is longer than the column."""
    values: dict[str, str] = {}
    for name, value in asdict(details).items():
        longest = getattr(model._meta.get_field(name), "max_length", None)
        try:
            text = parse_text(str(value), max_length=longest or LONGEST_TEXT)
        except Refusal as refusal:
            raise Refusal(f"{LABELS[name]}\u00a0: {refusal.message}") from refusal
        values[name] = "".join(text.split()) if name in _WITHOUT_SPACES else text
    return type(details)(**values)


def _require_code_and_name(code: str, name: str, what: str) -> None:
    if not code:
        raise Refusal(_("Il manque le code pour %s\u00a0: saisissez-le.") % what)
    if not name:
        raise Refusal(
            _("Il manque le nom pour %(what)s %(code)s\u00a0: saisissez-le.") % {"what": what, "code": code}
        )


def _check_country(country: str) -> None:
    if country not in _COUNTRIES:
        raise Refusal(
            _(
                "Le pays «\u00a0%s\u00a0» n’est pas connu\u00a0: donnez son code à deux lettres, FR "
                "par exemple."
            )
            % country
        )


def _check_siren(siren: str) -> None:
    if siren and not (siren.isascii() and siren.isdigit() and len(siren) == SIREN_LENGTH):
        raise Refusal(_("Le SIREN «\u00a0%s\u00a0» n’a pas neuf chiffres\u00a0: corrigez-le.") % siren)
