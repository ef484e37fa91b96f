"""An administrator manages users within what he has himself, and cannot lock himself out."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from encours.access import actions
from encours.access.models import Role, User
from encours.audit.models import AuditLine
from tests import build
from tests.access.world import World, build_world, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def administrator(world: World) -> User:
    return world.users[Role.ADMINISTRATOR]


def chief(world: World) -> User:
    """Return an administrator of all entities."""
    return actions.create_user(
        username="chef",
        full_name="Cheffe",
        role=Role.ADMINISTRATOR,
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )


def fields(*entities: int, role: Role = Role.READER, **more: str) -> dict[str, object]:
    return {"full_name": "Nom", "email": "", "role": role.value, "entities": list(entities), **more}


def test_a_new_user_chooses_his_password_by_a_link_that_serves_once(world: World) -> None:
    sent = fields(world.own.entity.pk, username="neuf", language="fr", role=Role.COLLECTOR)
    answer = client_of(administrator(world)).post(reverse("access:new_user"), sent)
    assert answer.status_code == 200
    user = User.objects.get(username="neuf")
    assert (user.role, user.sees_all_entities, user.has_usable_password()) == ("collector", False, False)
    link = re.findall(r'value="http://testserver(/connexion/lien/[^"]+)"', answer.content.decode())[0]
    weak = {"new_password": "court", "new_password_again": "court"}
    assert Client().post(link, weak).status_code == 422
    strong = {"new_password": "une phrase assez longue", "new_password_again": "une phrase assez longue"}
    assert Client().post(link, strong).status_code == 302
    assert Client().post(link, strong).status_code == 410
    recorded = AuditLine.objects.filter(subject="neuf").order_by("id").values_list("action", flat=True)
    assert list(recorded) == ["user.create", "user.make_link", "user.set_password", "user.sign_in"]


def test_what_an_administrator_does_not_have_he_cannot_give(world: World) -> None:
    client, before = client_of(administrator(world)), snapshot()
    own, other = world.own.entity.pk, world.other.entity.pk
    allowed = fields(own, username="neuf", language="fr", role=Role.ADMINISTRATOR)
    assert client.post(reverse("access:new_user"), {**allowed, "entities": [own, other]}).status_code == 404
    target = reverse("access:user", args=[world.own.user.pk])
    assert client.post(target, fields(own, other)).status_code == 404
    assert snapshot() == before
    client.post(target, fields(own, sees_all_entities="on"))
    assert not User.objects.get(pk=world.own.user.pk).sees_all_entities
    assert client.post(reverse("access:new_user"), allowed).status_code == 200


def test_users_who_see_more_than_the_administrator_are_not_there_for_him(world: World) -> None:
    wider, both = chief(world), world.own.user
    both.entities.add(world.other.entity)
    client, before = client_of(administrator(world)), snapshot()
    for pk in (wider.pk, both.pk, world.other.user.pk):
        assert client.get(reverse("access:user", args=[pk])).status_code == 404
        assert client.post(reverse("access:user", args=[pk]), fields()).status_code == 404
        assert client.post(reverse("access:user_link", args=[pk])).status_code == 404
        assert client.post(reverse("access:user_activity", args=[pk]), {"actif": "non"}).status_code == 404
    assert snapshot() == before
    page = client.get(reverse("access:users")).content.decode()
    assert "Cheffe" not in page
    assert "Lecteur AUTRE" not in page
    assert "Cheffe" in client_of(wider).get(reverse("access:users")).content.decode()


def test_an_administrator_cannot_lock_himself_out(world: World) -> None:
    own, me = world.own.entity.pk, administrator(world)
    client, before = client_of(me), snapshot()
    page = reverse("access:user", args=[me.pk])
    assert client.post(page, fields(own, role=Role.READER)).status_code == 422
    assert client.post(page, fields(role=Role.ADMINISTRATOR)).status_code == 422
    assert client.post(reverse("access:user_activity", args=[me.pk]), {"actif": "non"}).status_code == 302
    assert snapshot() == before
    kept = fields(own, role=Role.ADMINISTRATOR, full_name="Nouveau nom")
    assert client.post(page, kept).status_code == 302
    assert User.objects.get(pk=me.pk).full_name == "Nouveau nom"


def test_an_administrator_of_everything_cannot_give_that_up_himself(world: World) -> None:
    me = chief(world)
    client, page = client_of(me), reverse("access:user", args=[me.pk])
    sent = fields(world.own.entity.pk, role=Role.ADMINISTRATOR)
    assert client.post(page, sent).status_code == 422
    assert User.objects.get(pk=me.pk).sees_all_entities
    assert client.post(page, {**sent, "sees_all_entities": "on"}).status_code == 302


def test_a_deactivated_user_loses_his_session_and_his_row_stays(world: World) -> None:
    target = world.own.user
    session = client_of(target)
    assert session.get(reverse("access:account")).status_code == 200
    client, page = client_of(administrator(world)), reverse("access:user_activity", args=[target.pk])
    client.post(page, {"actif": "non"})
    assert session.get(reverse("access:account")).status_code == 302
    assert client.post(reverse("access:user_link", args=[target.pk])).status_code == 404
    client.post(page, {"actif": "oui"})
    assert User.objects.get(pk=target.pk).is_active
    recorded = (
        AuditLine.objects.filter(subject=target.username).order_by("id").values_list("action", flat=True)
    )
    assert list(recorded) == ["user.create", "user.deactivate", "user.activate"]


@pytest.mark.parametrize("username", ["", "a b", "x" * 151, "é/", "a\x00b", "administrator"])
def test_a_sign_in_name_that_is_taken_or_is_none_is_refused(world: World, username: str) -> None:
    client, before = client_of(administrator(world)), snapshot()
    sent = fields(world.own.entity.pk, username=username, language="fr")
    assert client.post(reverse("access:new_user"), sent).status_code == 422
    assert snapshot() == before
