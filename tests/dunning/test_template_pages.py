"""Administrators write the templates: checked, shown on a real account, tried, kept by version."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from encours.access import actions as access
from encours.access.models import Role
from encours.archive import store
from encours.audit.models import AuditLine
from encours.delivery.models import OutboxMessage
from encours.dunning.models import MessageTemplate, Reminder, Severity, TemplateVersion
from tests import build
from tests.dunning.issuing import remind_one
from tests.dunning.test_wizard import user

pytestmark = pytest.mark.django_db


def administrator() -> Client:
    client = Client()
    client.force_login(user("admin", Role.ADMINISTRATOR))
    return client


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "code": "L1",
        "nom": "Première relance",
        "langue": "fr",
        "entite": "",
        "mode": "letter",
        "severite": "3",
        "mention": "Lettre simple",
        "actif": "on",
        "objet": "Relance",
        "corps": "Bonjour,\r\n\r\n{factures}\r\n\r\nMerci",
        **changes,
    }


def first() -> MessageTemplate:
    return MessageTemplate.objects.get(code="L1", language="fr", entity=None)


def test_the_editor_lists_every_placeholder_and_the_versions() -> None:
    page = unescape(administrator().get(f"/administration/modeles/{first().id}/").content.decode())
    for text in ["{jours_de_retard_max}", "[[singulier|pluriel]]", "1 · 24/11/2026", "Encours"]:
        assert text in page


def test_a_new_text_is_a_new_version_and_a_reminder_keeps_the_text_as_sent() -> None:
    template, client = first(), administrator()
    reminder = remind_one(build.example().account)
    answer = client.post(f"/administration/modeles/{template.id}/", fields())
    assert answer.status_code == 302
    template.refresh_from_db()
    assert (template.version, template.body) == (2, "Bonjour,\n\n{factures}\n\nMerci")
    kept = TemplateVersion.objects.get(template=template, version=2)
    assert (kept.body, kept.saved_by_name) == (template.body, "Anne admin")
    client.post(f"/administration/modeles/{template.id}/", fields(nom="Rappel"))
    template.refresh_from_db()
    assert (template.version, template.name) == (2, "Rappel")
    issued = Reminder.objects.get(id=reminder.id)
    assert (issued.template_version, issued.message) == (1, reminder.message)
    assert AuditLine.objects.filter(action="template.update").count() == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"corps": "Bonjour\n\n{clinet}"},
            "Ligne 3 : {clinet} n'est pas un champ connu. Vouliez-vous dire {client} ?",
        ),
        ({"objet": "{totale}"}, "Ligne 1 : {totale} n'est pas un champ connu. Vouliez-vous dire {total} ?"),
        ({"corps": "[[une seule forme]]"}, "doit donner deux formes"),
        ({"code": "l 1"}, "Saisissez une valeur valide"),
        ({"code": "L2"}, "a déjà le code L2"),
    ],
)
def test_a_wrong_template_is_refused_and_nothing_changes(changes: dict[str, str], message: str) -> None:
    template = first()
    answer = administrator().post(f"/administration/modeles/{template.id}/", fields(**changes))
    page = unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")
    assert answer.status_code == 422
    assert message in page
    assert MessageTemplate.objects.get(id=template.id).version == 1
    assert TemplateVersion.objects.filter(template=template).count() == 1


def test_a_template_is_made_for_one_entity_and_used_there() -> None:
    invoice = build.example()
    entity_id = str(invoice.account.entity_id)
    answer = administrator().post(
        "/administration/modeles/nouveau/", fields(entite=entity_id, corps="À nous\n\n{factures}")
    )
    assert answer.status_code == 302
    made = MessageTemplate.objects.get(entity=invoice.account.entity)
    assert (made.version, made.versions.count()) == (1, 1)


def test_a_preview_shows_the_typed_text_on_a_real_account() -> None:
    build.example()
    template, client = first(), administrator()
    address = f"/administration/modeles/{template.id}/apercu/"
    page = client.post(address, fields(mode="email", corps="Cher {client}", compte="DUPONT")).content.decode()
    assert "Cher Dupont SA" in page
    assert "data:image/png" in client.post(address, fields()).content.decode()
    assert "n'a de facture en attente" in client.post(address, fields(compte="NOPE")).content.decode()
    assert client.post(address, fields(corps="{nope}")).status_code == 422
    assert Reminder.objects.count() == 0


def test_a_test_email_goes_to_who_edits_and_is_no_reminder() -> None:
    build.example()
    template = MessageTemplate.objects.get(code="E1", language="fr")
    administrator().post(f"/administration/modeles/{template.id}/essai/")
    message = OutboxMessage.objects.get()
    assert message.recipient == "admin@tc.example"
    assert b"[Essai]" in store.get(message.content_sha256)
    assert Reminder.objects.count() == 0


def test_severities_are_renamed_and_an_empty_name_is_refused() -> None:
    client = administrator()
    names = {f"nom-{rank}": f"Niveau {rank}" for rank in range(1, 6)}
    assert client.post("/administration/severites/", names).status_code == 302
    assert str(Severity.objects.get(rank=3)) == "3 - Niveau 3"
    assert client.post("/administration/severites/", {**names, "nom-2": " "}).status_code == 422
    assert str(Severity.objects.get(rank=2)) == "2 - Niveau 2"


def test_who_sees_some_entities_only_does_not_rename_what_serves_them_all() -> None:
    limited = access.create_user(
        username="limite",
        full_name="Lise Limite",
        role=Role.ADMINISTRATOR,
        email="limite@tc.example",
        entity_ids=[build.entity().pk],
        actor=build.ACTOR,
        now=build.NOW,
    )
    client, before = Client(), list(Severity.objects.values_list())
    client.force_login(limited)
    assert (
        "seul un administrateur qui les voit toutes"
        in client.get("/administration/severites/").content.decode()
    )
    answer = client.post("/administration/severites/", {"nom-3": "Autre"})
    assert answer.status_code == 403
    assert "Les sévérités servent toutes les entités" in unescape(answer.content.decode())
    assert list(Severity.objects.values_list()) == before
    assert administrator().post("/administration/severites/", {"nom-3": "Autre"}).status_code == 302
    assert Severity.objects.get(rank=3).name == "Autre"
