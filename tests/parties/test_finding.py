"""Customers are found by any part of code and name, and the index finds what a look at every name does."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from encours.access.scopes import EVERYTHING, Scope
from encours.core.actors import SYSTEM
from encours.core.search import normalise
from encours.parties import finding, name_index
from encours.parties.actions import create_customer, update_customer
from encours.parties.bulk import insert_customers, update_customers
from encours.parties.details import CustomerDetails, details_of_customer
from encours.parties.models import Customer
from tests import build

pytestmark = pytest.mark.django_db

NAMES = (
    *("Ateliers Lefèvre SARL", "Garage Œuvrard", "Hôtel de l'Étoile", "Sørensen & fils", 'Café "Le Zinc"'),
    *("100 % Laine", "Électricité Noël SAS", "Île d’Yeu Pêche", "Straße GmbH", "AB", "Trabelsi  Nord"),
)
LETTERS = st.text(alphabet="abelrst éœŒ'\"%_*-5ß", min_size=1, max_size=5)


def _known() -> list[Customer]:
    """Make customers by each way of writing one, then rename some."""
    made = [
        build.customer(f"K{number:02d}", name=name, with_contact=False)
        for number, name in enumerate(NAMES[:5])
    ]
    created = create_customer(details=_details("K05", NAMES[5]), actor=SYSTEM, now=build.NOW)
    ids = insert_customers([_details(f"K{number:02d}", name) for number, name in enumerate(NAMES[6:], 6)])
    renamed = details_of_customer(created)
    update_customer(
        customer=created,
        details=CustomerDetails(**{**asdict(renamed), "name": "Zythum"}),
        actor=SYSTEM,
        now=build.NOW,
    )
    update_customers({ids["K06"]: _details("K06", "Brasserie Xérès")})
    made[0].delete()
    return list(Customer.objects.order_by("search_name"))


def _details(code: str, name: str) -> CustomerDetails:
    return CustomerDetails(code=code, name=name)


def _by_looking_at_all(customers: list[Customer], text: str, most: int) -> list[str]:
    wanted = normalise(text)
    holding = [row for row in customers if all(word in row.search_name for word in wanted.split())]
    ranked = sorted(holding, key=lambda row: (not row.search_name.startswith(wanted), row.search_name))
    return [row.code for row in ranked][:most] if wanted else []


@pytest.fixture
def reads_names_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_FROM_INDEX", 1)
    monkeypatch.setattr(name_index, "MOST_TERMS", 2)


def _agrees_with_a_look_at_every_name() -> None:
    customers = _known()

    @given(LETTERS)
    def agrees(text: str) -> None:
        found = [row.code for row in finding.find_customers(EVERYTHING, text, 6)]
        assert found == _by_looking_at_all(customers, text, 6)

    agrees()
    for row in customers:
        for size in (1, 2, 3, 6):
            ends = {row.name[:size], row.name[-size:], row.code[-size:]}
            for text in ends:
                found = [one.code for one in finding.find_customers(EVERYTHING, text, 20)]
                assert found == _by_looking_at_all(customers, text, 20), text


def test_the_index_finds_what_a_look_at_every_name_does() -> None:
    _agrees_with_a_look_at_every_name()


def test_so_does_reading_the_names_in_order(reads_names_sooner: None) -> None:
    _agrees_with_a_look_at_every_name()


def test_a_name_is_found_in_the_transaction_that_writes_it_and_not_after_it_failed() -> None:
    with transaction.atomic():
        build.customer("NEUF", name="Quincaillerie Wolff")
        assert [row.code for row in finding.find_customers(EVERYTHING, "wolf", 5)] == ["NEUF"]
        transaction.set_rollback(True)
    assert finding.find_customers(EVERYTHING, "wolf", 5) == []


def test_customers_without_an_account_in_the_scope_are_not_found() -> None:
    account = build.account(build.customer("VU", name="Scierie du Lac"))
    build.account(build.customer("CACHE", name="Scierie du Bois"), entity_code="AUTRE")
    seen = finding.find_customers(Scope(frozenset({account.entity_id})), "scie", 5)
    assert [row.code for row in seen] == ["VU"]
    assert len(finding.find_customers(EVERYTHING, "scie", 5)) == 2
    assert finding.find_customers(Scope(frozenset()), "scie", 5) == []
    assert len(finding.find_customers(EVERYTHING, "LAC scie", 5)) == 1
