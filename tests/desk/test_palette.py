"""The palette finds what one may see and do, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from encours.access.actions import create_user
from encours.access.models import Role, User
from encours.access.scopes import scope_of
from encours.desk.palette.finding import find
from encours.parties.models import Account
from tests import build
from tests.dunning.issuing import remind_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def dupont() -> Account:
    return build.account(build.customer("DUPONT", name="Établissements Dupont"))


@pytest.fixture
def hidden() -> Account:
    return build.account(build.customer("DUPOND", name="Dupond Frères"), entity_code="AUTRE")


def _user(role: Role, *accounts: Account) -> User:
    return create_user(
        username=role.value,
        full_name="A",
        role=role,
        entity_ids=[account.entity_id for account in accounts],
        actor=build.ACTOR,
        now=build.NOW,
    )


def _found(user: User, text: str, action: str = "") -> dict[str, list[str]]:
    groups = find(user, scope_of(user), text, action)
    return {group.title: [option.label for option in group.options] for group in groups}


def test_a_customer_is_found_by_a_part_without_accents_with_what_can_be_done(dupont: Account) -> None:
    found = _found(_user(Role.COLLECTOR, dupont), "etabl dup")
    assert found["Clients"] == ["Établissements Dupont"]
    assert found["Actions sur ce client"][:3] == [
        "Faire une relance",
        "État du compte client",
        "Encours client",
    ]
    assert "Nouvelle facture" in found["Actions sur ce client"]


def test_a_reader_is_offered_no_action_that_he_may_not_do(dupont: Account) -> None:
    found = _found(_user(Role.READER, dupont), "dupont")
    assert found["Actions sur ce client"] == [
        "Gérer les adresses de relance",
        "État du compte client",
        "Encours client",
    ]
    everything = _found(User.objects.get(), "")["Pages et actions"]
    assert "Tableau de bord" in everything
    assert not {"Nouvelle facture", "Relancer en masse", "Utilisateurs"} & set(everything)
    assert _found(User.objects.get(), "dupont", "facture") == _found(User.objects.get(), "dupont")


def test_nothing_of_another_entity_is_found(dupont: Account, hidden: Account) -> None:
    for account in (dupont, hidden):
        invoice = build.invoice(account)
        invoice.number = f"FAC-{account.entity_id}"
        invoice.save()
    user = _user(Role.COLLECTOR, dupont)
    assert _found(user, "dupon")["Clients"] == ["Établissements Dupont"]
    assert _found(user, "fac-")["Factures et avoirs"] == [f"FAC-{dupont.entity_id}"]
    both = _user(Role.ADMINISTRATOR, dupont, hidden)
    assert len(_found(both, "dupon")["Clients"]) == len(_found(both, "FAC-")["Factures et avoirs"]) == 2


def test_a_page_is_found_by_its_name_and_an_action_asks_for_its_customer(dupont: Account) -> None:
    user = _user(Role.COLLECTOR, dupont)
    assert _found(user, "boite envoi")["Pages et actions"] == ["Boîte d'envoi"]
    assert _found(user, "relancer masse")["Pages et actions"] == ["Relancer en masse"]
    (group,) = find(user, scope_of(user), "dupont", "facture")
    assert group.title == "Nouvelle facture"
    assert [option.address for option in group.options] == [
        reverse("receivables:new_invoice", args=[dupont.pk])
    ]


def test_a_reminder_is_found_by_its_reference_and_by_its_number(dupont: Account) -> None:
    user = _user(Role.READER, dupont)
    build.invoice(dupont)
    reference = remind_one(dupont).reference
    for text in (reference, reference[:4].lower(), "1"):
        assert _found(user, text)["Relances"] == [reference]
    assert "Relances" not in _found(user, "2")


def test_it_is_a_page_without_a_script_and_options_with_one(client: Client, dupont: Account) -> None:
    client.force_login(_user(Role.COLLECTOR, dupont))
    page = client.get("/recherche/", {"q": "dupont"}).content.decode()
    assert f'href="/comptes/{dupont.pk}/"' in page
    assert "<h1>Rechercher</h1>" in page
    options = client.get("/recherche/", {"q": "dupont"}, headers={"HX-Request": "true"}).content.decode()
    assert (
        f'role="option" class="palette-option" id="palette-1-1" data-address="/comptes/{dupont.pk}/"'
        in options
    )
    assert "<html" not in options
    nothing = client.get("/recherche/", {"q": "zzz\0'\"%_", "action": "?"})
    assert "Rien ne correspond" in nothing.content.decode()


def test_single_keys_can_be_switched_off(client: Client, dupont: Account) -> None:
    client.force_login(_user(Role.READER, dupont))
    assert "data-shortcuts" not in client.get("/raccourcis/").content.decode()
    client.post("/mon-compte/affichage/", {"shortcuts": "off"})
    page = client.get("/raccourcis/").content.decode()
    assert 'data-shortcuts="off"' in page
    assert "désactivé" in page
    client.post("/mon-compte/affichage/", {"theme": "dark"})
    assert 'data-shortcuts="off"' in client.get("/raccourcis/").content.decode()
