"""Administrators keep entities, customers and contacts, each within the entities he sees."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from encours.access.models import Role
from encours.audit.models import AuditLine
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from tests import build
from tests.access.world import World, build_world, snapshot

pytestmark = pytest.mark.django_db

ENTITY = {
    "code": "NEUVE",
    "name": "Société Neuve",
    "legal_form": "SAS",
    "address1": "1 rue X",
    "postcode": "75001",
    "city": "Paris",
    "country": "FR",
    "share_capital": "1 000 EUR",
    "siren": "552 100 554",
    "rcs_town": "Paris",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
}
CUSTOMER = {"code": "NEUF", "name": "Café Neuf", "kind": "consumer", "language": "en"}
CONTACT = {
    "contact_name": "Mme Neuve",
    "emails": "a@neuf.example\nb@neuf.example",
    "address1": "2 rue Y",
    "postcode": "69001",
    "city": "Lyon",
    "country": "FR",
}


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.users[Role.ADMINISTRATOR])
    return client


def test_whoever_creates_an_entity_sees_it(client: Client) -> None:
    assert client.post(reverse("parties:new_entity"), ENTITY).status_code == 302
    entity = BillingEntity.objects.get(code="NEUVE")
    assert (entity.siren, entity.iban) == ("552100554", "FR7630006000011234567890189")
    page = client.get(reverse("parties:entity", args=[entity.pk]))
    assert page.status_code == 200
    recorded = AuditLine.objects.order_by("-id").values_list("action", flat=True)
    assert list(recorded[:2]) == ["user.grant_entity", "entity.create"]


def test_every_wrong_field_of_an_entity_is_told_beside_it(client: Client, world: World) -> None:
    before = snapshot()
    wrong = {
        **ENTITY,
        "siren": "12",
        "iban": "FR00",
        "postcode": "x" * 21,
        "name": "a\nb",
        "sender_email": "nobody",
    }
    answer = client.post(reverse("parties:entity", args=[world.own.entity.pk]), wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"siren", "iban", "postcode", "name", "sender_email"}
    assert snapshot() == before


def test_a_code_that_is_taken_is_refused(client: Client, world: World) -> None:
    before = snapshot()
    answer = client.post(reverse("parties:new_entity"), {**ENTITY, "code": "AUTRE"})
    assert answer.status_code == 422
    assert "code" in answer.context["form"].errors
    assert snapshot() == before


def test_an_entity_that_lacks_a_legal_field_says_so(client: Client, world: World) -> None:
    sent = {**ENTITY, "code": "NOTRE", "siren": "", "rcs_town": ""}
    assert client.post(reverse("parties:entity", args=[world.own.entity.pk]), sent).status_code == 302
    page = client.get(reverse("parties:entities")).content.decode()
    assert "SIREN, ville du RCS" in page
    assert "AUTRE" not in page


def test_a_new_customer_has_an_account_with_the_entity_chosen(client: Client, world: World) -> None:
    page, before = reverse("parties:new_customer"), snapshot()
    assert client.post(page, CUSTOMER).status_code == 422
    assert client.post(page, {**CUSTOMER, "entity": world.other.entity.pk}).status_code == 404
    assert snapshot() == before
    assert client.post(page, {**CUSTOMER, "entity": world.own.entity.pk}).status_code == 302
    account = Account.objects.get(customer__code="NEUF")
    assert (account.entity, account.search_name) == (world.own.entity, "neuf cafe neuf")
    found = client.get(reverse("parties:customers"), {"client": "CAFÉ neuf"}).content.decode()
    assert "Café Neuf" in found
    assert "CLIENT-NOTRE" not in found


def test_a_contact_makes_its_accounts_reachable(client: Client, world: World) -> None:
    customer = build.customer("ROUGE", with_contact=False)
    account = build.account(customer, "NOTRE")
    assert client.post(reverse("parties:customer_contact", args=[customer.pk]), CONTACT).status_code == 302
    account.refresh_from_db()
    assert (account.is_reachable_by_email, account.is_reachable_by_post) == (True, True)
    assert DunningContact.objects.get(customer=customer).emails == "a@neuf.example\nb@neuf.example"
    own = {**CONTACT, "emails": "", "city": ""}
    page = reverse("parties:entity_contact", args=[customer.pk, world.own.entity.pk])
    assert client.post(page, own).status_code == 302
    account.refresh_from_db()
    assert (account.is_reachable_by_email, account.is_reachable_by_post) == (False, False)
    page = reverse("parties:remove_contact", args=[customer.pk, world.own.entity.pk])
    assert client.post(page).status_code == 302
    account.refresh_from_db()
    assert account.is_reachable_by_email


def test_wrong_addresses_are_told_and_change_nothing(client: Client, world: World) -> None:
    before = snapshot()
    page = reverse("parties:entity_contact", args=[world.own.customer.pk, world.own.entity.pk])
    answer = client.post(page, {**CONTACT, "emails": "nobody", "postcode": "1"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"emails", "postcode"}
    assert snapshot() == before


def test_what_all_entities_share_is_changed_only_by_who_sees_them_all(client: Client, world: World) -> None:
    shared = world.own.customer
    names = ("parties:customer", "parties:customer_contact", "parties:customer_activity")
    pages = [reverse(name, args=[shared.pk]) for name in names]
    sent = {**CUSTOMER, **CONTACT, "code": shared.code, "actif": "non"}
    build.account(shared, "AUTRE")
    before = snapshot()
    assert [client.post(page, sent).status_code for page in pages] == [403, 403, 403]
    assert snapshot() == before
    own = reverse("parties:entity_contact", args=[shared.pk, world.own.entity.pk])
    assert client.post(own, CONTACT).status_code == 302
    other = reverse("parties:entity_contact", args=[shared.pk, world.other.entity.pk])
    assert client.post(other, CONTACT).status_code == 404
    shown = client.get(pages[0]).content.decode()
    assert "AUTRE" not in shown
    world.users[Role.ADMINISTRATOR].entities.add(world.other.entity)
    assert [client.post(page, sent).status_code for page in pages] == [302, 302, 302]
    assert not Customer.objects.get(pk=shared.pk).is_active


@pytest.mark.parametrize("role", [Role.READER, Role.COLLECTOR])
def test_the_administration_is_not_in_the_navigation_of_others(world: World, role: Role) -> None:
    client = Client()
    client.force_login(world.users[role])
    assert "/administration/" not in client.get(reverse("access:account")).content.decode()
