"""Say in one card who is written to for an account, how he is reached, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from encours.core import french
from encours.core.addresses import split_emails, valid_emails
from encours.core.days import paris_date
from encours.parties.models import Account, DunningContact
from encours.parties.queries import contact_for, missing_in_contact
from encours.parties.refused_emails import refused_emails_of


@dataclass(frozen=True, slots=True)
class ContactCard:
    """The contact of an account as its page shows it; each address with the words of its refusal, or none."""

    contact: DunningContact | None
    emails: tuple[tuple[str, str], ...]
    address: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_green(self) -> bool:
        """Tell whether it can be written to by both modes, no address of it refused."""
        return not self.missing and not any(refusal for _, refusal in self.emails)


def card_of(account: Account) -> ContactCard:
    """Return the card of an account, empty where nobody is known."""
    contact = contact_for(account)
    missing = missing_in_contact(contact)
    if contact is None:
        return ContactCard(None, (), (), missing)
    town = f"{contact.postcode} {contact.city}".strip()
    country = ""
    if contact.country != account.entity.country:
        names = Locale((get_language() or "fr")[:2]).territories
        country = str(names.get(contact.country, contact.country))
    return ContactCard(
        contact=contact,
        emails=tuple((email, _refusal(contact, email)) for email in split_emails(contact.emails)),
        address=tuple(line for line in (contact.address1, contact.address2, town, country) if line),
        missing=missing,
    )


def _refusal(contact: DunningContact, email: str) -> str:
    forms = {one.casefold() for one in (email, *valid_emails(email))}
    for refused in refused_emails_of(contact):
        if refused.email.casefold() in forms:
            words = {"day": french.date(paris_date(refused.at)), "reason": refused.reason}
            return _("refusée le %(day)s\u00a0: %(reason)s") % words
    return ""
