"""The shape in which an entity, a customer or a dunning contact is created and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TypeVar

from babel import Locale
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.bic import is_valid as is_bic
from stdnum.iban import is_valid as is_iban

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
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Nom"),
    "legal_form": gettext_lazy("Forme juridique"),
    "address1": gettext_lazy("Adresse"),
    "address2": gettext_lazy("Complément d'adresse"),
    "postcode": gettext_lazy("Code postal"),
    "city": gettext_lazy("Ville"),
    "country": gettext_lazy("Pays"),
    "phone": gettext_lazy("Téléphone"),
    "fax": gettext_lazy("Fax"),
    "share_capital": gettext_lazy("Capital social"),
    "siren": gettext_lazy("SIREN"),
    "rcs_town": gettext_lazy("Ville du RCS"),
    "vat_number": gettext_lazy("Numéro de TVA"),
    "iban": gettext_lazy("IBAN"),
    "bic": gettext_lazy("BIC"),
    "sender_name": gettext_lazy("Nom de l'expéditeur"),
    "sender_email": gettext_lazy("E-mail de l'expéditeur"),
    "letter_town": gettext_lazy("Ville des courriers"),
    "signature": gettext_lazy("Signature"),
    "language": gettext_lazy("Langue"),
    "kind": gettext_lazy("Nature"),
    "contact_name": gettext_lazy("Nom du contact"),
    "contact_role": gettext_lazy("Fonction"),
    "contact_phone": gettext_lazy("Téléphone"),
    "emails": gettext_lazy("E-mails"),
}
"""How the interface names each field of an entity, a customer or a contact."""

_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_COUNTRIES = frozenset(
    code
    for code in map(str, Locale("fr").territories)
    if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
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
    contact_role: str = ""
    contact_phone: str = ""
    emails: str = ""
    address1: str = ""
    address2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"


_Rule = tuple[str, Callable[[], object]]
DetailsT = TypeVar("DetailsT", EntityDetails, CustomerDetails, ContactDetails)


def details_of_entity(entity: BillingEntity) -> EntityDetails:
    """Return what is recorded of an entity."""
    return EntityDetails(**{field.name: getattr(entity, field.name) for field in fields(EntityDetails)})


def details_of_customer(customer: Customer) -> CustomerDetails:
    """Return what is recorded of a customer."""
    return CustomerDetails(**{field.name: getattr(customer, field.name) for field in fields(CustomerDetails)})


def details_of_contact(contact: DunningContact) -> ContactDetails:
    """Return what is recorded of a contact."""
    return ContactDetails(**{field.name: getattr(contact, field.name) for field in fields(ContactDetails)})


def check_entity(details: EntityDetails) -> EntityDetails:
    """Return the details cleaned; raise Refusal where one of them cannot be kept."""
    return _first_refused(*examine_entity(details))


def check_customer(details: CustomerDetails) -> CustomerDetails:
    """Return the details cleaned; raise Refusal where one of them cannot be kept."""
    return _first_refused(*examine_customer(details))


def check_contact(details: ContactDetails) -> ContactDetails:
    """Return the details cleaned, one e-mail a line; raise Refusal for one that cannot be written to."""
    return _first_refused(*examine_contact(details))


def examine_entity(details: EntityDetails) -> tuple[EntityDetails, list[Refusal]]:
    """Return the details cleaned, and everything in them that cannot be kept, each with its field."""
    cleaned, refusals = _cleaned(details, BillingEntity)
    rules = (
        *_code_and_name_rules(cleaned.code, cleaned.name, _("l'entité facturante")),
        ("code", lambda: cleaned.code and parse_entity_code(cleaned.code, max_length=ENTITY_CODE_LENGTH)),
        ("country", lambda: _check_country(cleaned.country)),
        ("sender_email", lambda: cleaned.sender_email and ascii_email(cleaned.sender_email)),
        ("siren", lambda: _check_siren(cleaned.siren)),
        ("iban", lambda: _check_iban(cleaned.iban)),
        ("bic", lambda: _check_bic(cleaned.bic)),
    )
    return cleaned, _refusals_of(rules, refusals)


def examine_customer(details: CustomerDetails) -> tuple[CustomerDetails, list[Refusal]]:
    """Return the details cleaned, and everything in them that cannot be kept, each with its field."""
    cleaned, refusals = _cleaned(details, Customer)
    rules = (
        *_code_and_name_rules(cleaned.code, cleaned.name, _("le client")),
        ("language", lambda: _check_language(cleaned.language)),
        ("kind", lambda: _check_kind(cleaned.kind)),
        ("siren", lambda: _check_siren(cleaned.siren)),
    )
    return cleaned, _refusals_of(rules, refusals)


def examine_contact(details: ContactDetails) -> tuple[ContactDetails, list[Refusal]]:
    """Return the details cleaned, one e-mail a line, and everything in them that cannot be kept."""
    emails = split_emails(details.emails)
    cleaned, refusals = _cleaned(replace(details, emails=""), DunningContact)
    rules: tuple[_Rule, ...] = (
        *(("emails", partial(ascii_email, email)) for email in emails),
        ("country", lambda: _check_country(cleaned.country)),
        ("postcode", lambda: _check_postcode(cleaned.postcode, cleaned.country)),
    )
    return replace(cleaned, emails="\n".join(emails)), _refusals_of(rules, refusals)


def _first_refused(cleaned: DetailsT, refusals: list[Refusal]) -> DetailsT:
    for refusal in refusals:
        raise refusal
    return cleaned


def _refusals_of(rules: Iterable[_Rule], refusals: list[Refusal]) -> list[Refusal]:
    """Return the refusals so far and those of rules about fields that none of them names."""
    refused_fields = {refusal.field for refusal in refusals}
    for field, rule in rules:
        if field in refused_fields:
            continue
        try:
            rule()
        except Refusal as refusal:
            refusals.append(type(refusal)(refusal.message, field=field))
    return refusals


def _cleaned(details: DetailsT, model: type[Model]) -> tuple[DetailsT, list[Refusal]]:
    """Strip every text; a control character, or what is longer than the column, is a refusal."""
    values: dict[str, str] = {}
    refusals: list[Refusal] = []
    for name in (field.name for field in fields(details)):
        value = str(getattr(details, name))
        value = "".join(value.split()) if name in _WITHOUT_SPACES else value
        longest = getattr(model._meta.get_field(name), "max_length", None)
        try:
            value = parse_text(value, max_length=longest or LONGEST_TEXT)
        except Refusal as refusal:
            sentence = _("%(field)s\u00a0: %(problem)s") % {
                "field": LABELS[name],
                "problem": refusal.message,
            }
            refusals.append(Refusal(sentence, field=name))
        values[name] = value
    return type(details)(**values), refusals


def _code_and_name_rules(code: str, name: str, what: str) -> tuple[_Rule, ...]:
    return ("code", lambda: _require_code(code, what)), ("name", lambda: _require_name(code, name, what))


def _require_code(code: str, what: str) -> None:
    if not code:
        raise Refusal(_("Il manque le code pour %s\u00a0: saisissez-le.") % what)


def _require_name(code: str, name: str, what: str) -> None:
    if not name:
        raise Refusal(
            _("Il manque le nom pour %(what)s %(code)s\u00a0: saisissez-le.") % {"what": what, "code": code}
        )


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Refusal(_("La langue «\u00a0%s\u00a0» n'est pas connue\u00a0: choisissez fr ou en.") % language)


def _check_kind(kind: str) -> None:
    if kind not in CustomerKind.values:
        raise Refusal(
            _(
                "La nature «\u00a0%s\u00a0» n'est pas connue\u00a0: choisissez professional, public "
                "ou consumer."
            )
            % kind
        )


def _check_country(country: str) -> None:
    if country not in _COUNTRIES:
        raise Refusal(
            _(
                "Le pays «\u00a0%s\u00a0» n'est pas connu\u00a0: donnez son code à deux lettres, FR "
                "par exemple."
            )
            % country
        )


def _check_postcode(postcode: str, country: str) -> None:
    if postcode and not is_postcode(postcode, country):
        raise Refusal(
            _(
                "Le code postal «\u00a0%(postcode)s\u00a0» n'a pas la forme attendue pour le pays "
                "%(country)s\u00a0: corrigez-le."
            )
            % {"postcode": postcode, "country": country}
        )


def _check_siren(siren: str) -> None:
    """Refuse what is not nine digits; the check digit is not asked for, some registers break it."""
    if siren and not (siren.isascii() and siren.isdigit() and len(siren) == SIREN_LENGTH):
        raise Refusal(_("Le SIREN «\u00a0%s\u00a0» n'a pas neuf chiffres\u00a0: corrigez-le.") % siren)


def _check_iban(iban: str) -> None:
    if iban and not is_iban(iban):
        raise Refusal(_("Cet IBAN n'est pas valable\u00a0: vérifiez chacun de ses caractères."))


def _check_bic(bic: str) -> None:
    if bic and not is_bic(bic):
        raise Refusal(_("Le BIC «\u00a0%s\u00a0» n'est pas valable\u00a0: huit ou onze caractères.") % bic)
