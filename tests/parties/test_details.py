"""What an entity, a customer or a contact may say of itself, every wrong field told at once."""

from __future__ import annotations

import pytest

from encours.core.errors import Refusal
from encours.parties.details import (
    ContactDetails,
    CustomerDetails,
    EntityDetails,
    check_entity,
    examine_contact,
    examine_customer,
    examine_entity,
)


def fields(refusals: list[Refusal]) -> list[str]:
    return [refusal.field for refusal in refusals]


def test_every_wrong_field_of_an_entity_is_told_once() -> None:
    details = EntityDetails(
        code="a/b",
        name="",
        country="XX",
        siren="12345678",
        iban="FR7630006000011234567890188",
        bic="ABC",
        sender_email="nobody",
        city="x" * 101,
    )
    _, refusals = examine_entity(details)
    assert fields(refusals) == ["city", "name", "code", "country", "sender_email", "siren", "iban", "bic"]


def test_numbers_are_kept_without_their_spaces() -> None:
    details = EntityDetails(
        code="E1",
        name=" Société 1 ",
        siren="552 100 554",
        iban="FR76 3000 6000 0112 3456 7890 189",
        bic="BNPAFRPP",
    )
    checked = check_entity(details)
    assert (checked.name, checked.siren) == ("Société 1", "552100554")
    assert (checked.iban, checked.bic) == ("FR7630006000011234567890189", "BNPAFRPP")


def test_a_siren_whose_check_digit_is_wrong_is_kept() -> None:
    assert check_entity(EntityDetails(code="E1", name="S", siren="123456789")).siren == "123456789"


def test_every_wrong_field_of_a_customer_or_a_contact_is_told() -> None:
    customer = CustomerDetails(code="", name="N", language="de", kind="friend", siren="ABC")
    assert fields(examine_customer(customer)[1]) == ["code", "language", "kind", "siren"]
    contact = ContactDetails(emails="a@b.example;nobody;@", postcode="750", country="FR", address1="a\nb")
    assert fields(examine_contact(contact)[1]) == ["address1", "emails", "emails", "postcode"]


def test_the_first_wrong_field_is_the_refusal_of_a_check() -> None:
    with pytest.raises(Refusal) as refusal:
        check_entity(EntityDetails(code="", name=""))
    assert refusal.value.field == "code"
