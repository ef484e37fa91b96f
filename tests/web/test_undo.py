"""What has an exact contrary is undone from the news of it, by the action that does the contrary."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from encours.access.actions import create_user
from encours.access.models import Role, User
from encours.audit.models import AuditLine
from encours.desk.models import SavedFilter
from encours.receivables.models import Allocation, Hold
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    user = create_user(
        username="a",
        full_name="A",
        role=Role.ADMINISTRATOR,
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )
    client.force_login(user)
    return user


def undo(client: Client, address: str) -> str:
    """Press «Annuler» on a page; return the page that follows."""
    page = client.get(address).content.decode()
    (form,) = re.findall(r'<form class="undo" method="post" action="(.*?)">(.*?)</form>', page, re.DOTALL)
    named = re.findall(r'type="hidden" name="(\w+)" value="(.*?)"', form[1])
    assert "Annuler" in form[1]
    answer = client.post(form[0], {name: html.unescape(value) for name, value in named}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_hold_is_lifted_and_placed_again_as_it_was(client: Client, user: User) -> None:
    account = build.account()
    page = f"/comptes/{account.pk}/"
    client.post(f"{page}suspendre/", {"kind": "dispute", "until": "", "reason": "Avoir demandé le 3"})
    placed = Hold.objects.get()
    undo(client, page)
    placed.refresh_from_db()
    assert placed.lifted_at is not None
    build.hold(account)
    other = Hold.objects.latest("id")
    client.post(f"/suspensions/{other.pk}/lever/")
    undo(client, page)
    again = Hold.objects.latest("id")
    assert (again.kind, again.until, again.reason) == (other.kind, other.until, other.reason)
    assert again.lifted_at is None
    assert AuditLine.objects.filter(action__startswith="hold.").count() == 5


def test_a_customer_is_active_again_and_the_news_is_told_once(client: Client, user: User) -> None:
    account = build.account()
    page = f"/administration/clients/{account.customer_id}/"
    client.post(f"{page}activite/", {"actif": "non"})
    undo(client, page)
    account.customer.refresh_from_db()
    assert account.customer.is_active
    assert 'class="undo"' not in client.get(page).content.decode()


def test_a_deleted_filter_comes_back_with_its_query(client: Client, user: User) -> None:
    client.post("/filtres/", {"name": "Échues & «vieilles»", "query": "cas=echues", "is_default": "1"})
    kept = SavedFilter.objects.get()
    client.post(f"/filtres/{kept.pk}/", {"action": "delete"}, follow=False)
    assert not SavedFilter.objects.exists()
    undo(client, "/filtres/")
    again = SavedFilter.objects.get()
    assert (again.name, again.query, again.is_default) == (kept.name, kept.query, True)


def test_an_allocation_that_was_undone_is_made_again(client: Client, user: User) -> None:
    account = build.account()
    invoice, paid = build.invoice(account), build.payment(account)
    allocation = build.allocation(paid, invoice, 123_456)
    client.post(f"/lettrages/{allocation.pk}/annuler/", {"depuis": "reglement"})
    undo(client, f"/reglements/{paid.pk}/")
    amounts = Allocation.objects.order_by("id").values_list("amount_minor", flat=True)
    assert list(amounts) == [123_456, -123_456, 123_456]


def test_the_first_steps_that_were_hidden_are_shown_again(client: Client, user: User) -> None:
    client.post("/premiers-pas/masquer/")
    undo(client, "/")
    user.refresh_from_db()
    assert not user.hides_first_steps


def test_the_address_of_one_entity_asks_before_it_is_removed(client: Client, user: User) -> None:
    account = build.account()
    build.contact(account.customer, account.entity)
    page = client.get(f"/administration/clients/{account.customer_id}/").content.decode()
    (asked,) = re.findall(r'<details class="ask">(.*?)</details>', page, re.DOTALL)
    assert "Cette adresse sera oubliée" in asked
    assert (
        f'action="/administration/clients/{account.customer_id}/adresse/{account.entity_id}/supprimer/"'
        in asked
    )
