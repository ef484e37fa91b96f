"""Entities, customers and their accounts."""

from __future__ import annotations

import pytest

from encours.access.scopes import Scope
from encours.core.errors import Refusal
from encours.parties import actions, queries
from encours.parties.details import CustomerDetails, EntityDetails
from encours.parties.models import BillingEntity, Customer
from tests import build

pytestmark = pytest.mark.django_db


def test_a_new_code_and_name_reach_every_account() -> None:
    account = build.account(build.customer("DUPONT", name="Dupont"))
    assert (account.entity_code, account.search_name) == ("TOPCONSEIL", "dupont dupont")
    actions.update_customer(
        customer=account.customer,
        details=CustomerDetails(code="DUR", name="Société Dürœst"),
        actor=build.ACTOR,
        now=build.NOW,
    )
    actions.update_entity(
        entity=account.entity,
        details=EntityDetails(code="TOP2", name="TopConseil"),
        actor=build.ACTOR,
        now=build.NOW,
    )
    account.refresh_from_db()
    assert (account.entity_code, account.search_name) == ("TOP2", "dur societe duroest")


def test_a_code_is_given_once() -> None:
    build.customer("DUPONT")
    build.entity()
    with pytest.raises(Refusal, match="DUPONT"):
        build.customer("DUPONT")
    with pytest.raises(Refusal, match="TOPCONSEIL"):
        build.entity("TOPCONSEIL", city="Lyon")
    assert (Customer.objects.count(), BillingEntity.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"siren": "12345678"},
        {"siren": "12345678A"},
        {"language": "de"},
        {"kind": "ami"},
        {"name": "a\nb"},
    ],
)
def test_a_customer_with_a_wrong_field_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        build.customer("DUPONT", with_contact=True, **wrong)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"code": "A/B"}, {"code": ""}, {"name": " "}, {"country": "F"}, {"sender_email": "x"}, {"siren": "1"}],
)
def test_an_entity_with_a_wrong_field_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        build.entity(**{"code": "E1", **wrong})
    assert not BillingEntity.objects.exists()


def test_spaces_typed_in_a_siren_or_an_iban_are_not_kept() -> None:
    entity = build.entity("E1", siren="552 100 554", iban="FR76 3000 6000 0112 3456 7890 189")
    assert (entity.siren, entity.iban) == ("552100554", "FR7630006000011234567890189")


def test_every_missing_legal_field_is_named() -> None:
    assert queries.missing_legal_fields(build.entity()) == ()
    bare = actions.create_entity(
        details=EntityDetails(code="NUE", name="Nue"), actor=build.ACTOR, now=build.NOW
    )
    assert queries.missing_legal_fields(bare) == (
        "forme juridique",
        "adresse",
        "code postal",
        "ville",
        "capital social",
        "SIREN",
        "ville du RCS",
    )


def test_a_scope_sees_its_entities_their_accounts_and_their_customers() -> None:
    here, elsewhere = build.account(), build.account(entity_code="AUTRE")
    scope = Scope(frozenset({here.entity_id}))
    assert list(queries.accounts_in(scope)) == [here]
    assert list(queries.entities_in(scope)) == [here.entity]
    assert list(queries.customers_in(scope)) == [here.customer]
    assert elsewhere.customer not in queries.customers_in(scope)


def test_opening_an_account_twice_gives_the_same_account() -> None:
    customer = build.customer()
    assert build.account(customer) == build.account(customer)
