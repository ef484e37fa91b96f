"""The window «Gérer les adresses de relance» corrects a red address and shows it green, or says why not."""

from __future__ import annotations

import pytest

from encours.access.models import Role
from encours.parties.models import Account, DunningContact
from tests import build
from tests.desk import labels
from tests.desk.pages import signed_in, user, words

pytestmark = pytest.mark.django_db

GREEN = {
    "reach": "customer",
    "contact_name": "Service comptable",
    "emails": "compta@nu.example\ndirection@nu.example",
    "address1": "2 rue du Commerce",
    "address2": "",
    "postcode": "75009",
    "city": "Paris",
    "country": "FR",
}
HTMX = {"HX-Request": "true"}


def red_account() -> Account:
    account = build.account(build.customer("NU", name="Nu", with_contact=False))
    build.invoice(account)
    return account


def address(account: Account) -> str:
    return f"/comptes/{account.pk}/adresses/"


def test_a_red_address_becomes_green_in_place_without_reloading_the_list() -> None:
    account, client = red_account(), signed_in(user())
    window = client.get(address(account), headers=HTMX)
    assert "manque\u00a0: e-mail, adresse, code postal, ville" in words(window)
    assert "<html" not in window.content.decode()
    answer = client.post(address(account), GREEN, headers=HTMX)
    assert answer.headers["HX-Trigger"] == "close-window"
    body = answer.content.decode()
    assert f'id="adresse-{account.pk}" hx-swap-oob="true"' in body
    assert f'id="courriel-{account.pk}" hx-swap-oob="true"' in body
    assert "adresse complète" in words(answer)
    assert labels.NO_EMAIL not in words(answer)
    account.refresh_from_db()
    assert (account.is_reachable_by_email, account.is_reachable_by_post) == (True, True)


def test_without_javascript_it_is_a_page_that_leads_back_to_the_list() -> None:
    account, client = red_account(), signed_in(user())
    page = client.get(address(account) + "?retour=cas%3Dsans_email")
    assert "<html" in page.content.decode()
    assert 'name="retour" value="cas=sans_email"' in page.content.decode()
    answer = client.post(address(account), {**GREEN, "retour": "cas=sans_email"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/?cas=sans_email#compte-{account.pk}")


def test_an_address_of_one_entity_replaces_the_customers_until_it_is_removed() -> None:
    account, client = red_account(), signed_in(user())
    client.post(address(account), GREEN)
    own = {**GREEN, "reach": "entity", "emails": "ici@nu.example"}
    client.post(address(account), own)
    assert "ici@nu.example" in client.get(address(account)).content.decode()
    client.post(address(account), {**own, "reach": "remove"})
    assert DunningContact.objects.get().entity is None
    assert "compta@nu.example" in client.get(address(account)).content.decode()


def test_a_wrong_email_is_refused_beside_its_field_and_nothing_changes() -> None:
    account, client = red_account(), signed_in(user())
    answer = client.post(address(account), {**GREEN, "emails": "pas une adresse"}, headers=HTMX)
    assert answer.status_code == 422
    assert "n'est pas une adresse e-mail" in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not DunningContact.objects.exists()


def test_a_reader_sees_the_address_and_cannot_change_it() -> None:
    account = red_account()
    client = signed_in(user("lecture", Role.READER))
    assert "Enregistrer" not in words(client.get(address(account), headers=HTMX))
    assert client.post(address(account), GREEN).status_code == 403
    assert not DunningContact.objects.exists()


def test_a_customer_known_to_an_unseen_entity_gets_an_address_for_this_entity_only() -> None:
    account = red_account()
    build.account(account.customer, "AUTRE")
    client = signed_in(user("gestion", Role.COLLECTOR, account.entity_id))
    assert client.post(address(account), GREEN).status_code == 403
    assert not DunningContact.objects.exists()
    client.post(address(account), {**GREEN, "reach": "entity"})
    assert DunningContact.objects.get().entity_id == account.entity_id
