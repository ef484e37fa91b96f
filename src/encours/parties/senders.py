"""Turn a billing entity and a customer into what their documents print."""

from __future__ import annotations

from dataclasses import fields

from encours.documents.letterhead import Letterhead
from encours.documents.sender import Sender, address_lines
from encours.parties.models import BillingEntity, Customer, DunningContact


def sender_of(entity: BillingEntity) -> Sender:
    """Return what an entity prints on its documents, as it is today, ready to be frozen."""
    return Sender(
        code=entity.code,
        name=entity.name,
        legal_form=entity.legal_form,
        address1=entity.address1,
        address2=entity.address2,
        postcode=entity.postcode,
        city=entity.city,
        country=entity.country,
        phone=entity.phone,
        fax=entity.fax,
        share_capital=entity.share_capital,
        siren=entity.siren,
        rcs_town=entity.rcs_town,
        vat_number=entity.vat_number,
        iban=entity.iban,
        bic=entity.bic,
        town=entity.letter_town,
        signature=entity.signature,
        letterhead=letterhead_of(entity),
    )


def letterhead_of(entity: BillingEntity) -> Letterhead:
    """Return what an entity chose for its letters."""
    return Letterhead(**{field.name: getattr(entity, field.name) for field in fields(Letterhead)})


def postal_lines(customer: Customer, contact: DunningContact | None, home_country: str) -> tuple[str, ...]:
    """Return a customer's address block: name, contact, address; the country only where it is abroad."""
    if contact is None:
        return (customer.name,)
    named = contact.contact_name if contact.contact_name != customer.name else ""
    lines = address_lines(
        contact.address1, contact.address2, contact.postcode, contact.city, contact.country, home_country
    )
    return tuple(line for line in (customer.name, named, *lines) if line)
