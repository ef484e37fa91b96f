"""What a form, a filter or a file names of another entity is not read, not shown and not changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from encours.access.models import Role
from encours.desk.models import SavedFilter
from encours.dunning.models import ReminderDraft
from tests.access.world import World, kept_world, snapshot

pytestmark = pytest.mark.django_db

ALL = {"cas": "tous", "de": "", "a": ""}


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), kept_world() as world:
        yield world


@pytest.fixture
def world(kept: World) -> Iterator[World]:
    """Return the world as it was before each test."""
    with transaction.atomic():
        yield kept
        transaction.set_rollback(True)


def client_of(world: World, role: Role = Role.COLLECTOR) -> Client:
    client = Client()
    client.force_login(world.users[role])
    return client


def body_of(answer: object) -> bytes:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return bytes(answer.content)  # type: ignore[attr-defined]


def test_completion_proposes_the_customers_of_the_own_entities_alone(world: World) -> None:
    page = body_of(client_of(world).get("/clients/completion/", {"client": "CLIENT"})).decode()
    assert "CLIENT-NOTRE" in page
    assert "AUTRE" not in page


@pytest.mark.parametrize("address", ["/", "/totaux/", "/etats/", "/tableau-de-bord/"])
def test_a_filter_that_names_another_entity_is_answered_as_one_that_names_none(
    world: World, address: str
) -> None:
    client = client_of(world)
    all_of_it = body_of(client.get(address, ALL)).decode()
    assert "CLIENT-AUTRE" not in all_of_it
    assert "F-AUTRE" not in all_of_it
    theirs, nobodys = (
        re.sub(r"[0-9A-Za-z]{64}", "", body_of(client.get(address, {**ALL, "entite": code})).decode())
        for code in ("AUTRE", "PERSO")
    )
    assert theirs.replace("AUTRE", "PERSO") == nobodys


@pytest.mark.parametrize("entity", ["", "AUTRE"])
def test_a_zip_of_statements_holds_the_own_ones_alone(world: World, entity: str) -> None:
    query = {**ALL, "format": "xlsx", **({"entite": entity} if entity else {})}
    content = body_of(client_of(world).get("/etats.zip", query))
    if not content.startswith(b"PK"):
        assert entity  # refused: nothing is left of the filter
        return
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert any("NOTRE" in name for name in names)
    assert not [name for name in names if "AUTRE" in name]


@pytest.mark.parametrize("panel", ["balance-agee", "evolution"])
def test_a_workbook_of_the_dashboard_says_nothing_of_others(world: World, panel: str) -> None:
    content = body_of(client_of(world).get(f"/tableau-de-bord/{panel}.xlsx", {"entite": "AUTRE"}))
    if content.startswith(b"PK"):
        book = zipfile.ZipFile(io.BytesIO(content))
        assert not [name for name in book.namelist() if b"AUTRE" in book.read(name)]


def test_a_reminder_asks_for_no_invoice_of_another_account_and_takes_no_draft_of_another(
    world: World,
) -> None:
    client, own, other = client_of(world), world.own, world.other
    address = reverse("dunning:remind", args=[own.account.pk])
    assert client.get(address).status_code == 200
    stolen = ReminderDraft.objects.create(
        user_id=world.users[Role.ADMINISTRATOR].pk,
        account=own.account,
        token="of another",
        content={},
        updated_at=own.letter.created_at,
    )
    before = snapshot()
    sent = {"brouillon": stolen.token, "modele": other.template.pk, "factures": [other.invoice.pk]}
    assert client.post(address, sent).status_code == 422
    assert snapshot() == before
    client.post(address, {"brouillon": stolen.token, "etape2": "1", "enregistrer": "1"}, follow=True)
    after = snapshot()
    assert after["dunning.Reminder"] == before["dunning.Reminder"]
    stolen.refresh_from_db()
    assert (stolen.content, stolen.reminder_id) == ({}, None)


def test_ticks_reach_no_line_of_another_run(world: World) -> None:
    client, before = client_of(world), snapshot()
    other = world.other.run_line.pk
    client.post(reverse("dunning:run", args=[world.own.run.pk]), {"vue": [other], "action": ""})
    line = reverse("dunning:run_line", kwargs={"run_id": world.own.run.pk, "line_id": other})
    assert client.get(line).status_code == 404
    assert client.post(line, {"factures": []}).status_code == 404
    assert snapshot() == before


def test_a_decision_about_all_that_is_filtered_reaches_no_message_of_others(world: World) -> None:
    client, before = client_of(world), snapshot()
    sent = {"decision": "annuler", "portee": "filtre", "retour": "entite=AUTRE"}
    client.post(reverse("dunning:outbox_decide"), sent)
    world.other.message.refresh_from_db()
    assert world.other.message.state == "queued"
    client.post(reverse("dunning:outbox_decide"), {**sent, "retour": ""})
    world.other.message.refresh_from_db()
    assert world.other.message.state == "queued"
    assert snapshot() != before  # the own one is cancelled: the button does work


def test_a_template_is_shown_on_no_account_of_others(world: World) -> None:
    client = client_of(world, Role.ADMINISTRATOR)
    address = reverse("dunning:preview_template", args=[world.own.template.pk])
    answer = client.post(
        address, {"compte": world.other.account.pk, "sujet": "{client}", "corps": "{client}"}
    )
    assert b"CLIENT-AUTRE" not in body_of(answer)
    assert b"Client CLIENT-AUTRE" not in body_of(client.get(address, {"compte": world.other.account.pk}))


def test_a_saved_filter_is_its_owner_s_alone(world: World) -> None:
    theirs = SavedFilter.objects.create(
        user=world.users[Role.ADMINISTRATOR], name="Les miens", query="cas=echues"
    )
    before = snapshot()
    for action in ("delete", "rename", "default"):
        client_of(world).post(
            reverse("desk:change_filter", args=[theirs.pk]), {"action": action, "name": "Volé"}
        )
    assert {name: rows for name, rows in snapshot().items() if name != "access.User"} == {
        name: rows for name, rows in before.items() if name != "access.User"
    }


def test_the_journal_of_an_administrator_tells_nothing_of_other_entities(world: World) -> None:
    client = client_of(world, Role.ADMINISTRATOR)
    for query in ({}, {"entite": "AUTRE"}, {"q": "AUTRE"}):
        page = body_of(client.get("/administration/journal/", query)).decode()
        assert "CLIENT-AUTRE" not in page
        assert "relance AUTRE-" not in page
