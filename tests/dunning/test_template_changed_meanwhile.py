"""A template edited, switched off, deleted or of another mode meanwhile: what she sees, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.http import HttpResponse

from encours.access.models import User
from encours.delivery.models import OutboxMessage
from encours.dunning.models import MessageTemplate, Mode, Reminder
from encours.dunning.template_actions import TemplateDetails, save_template
from encours.parties.models import Account
from tests import build
from tests.dunning.test_wizard import Wizard, fields_of

pytestmark = pytest.mark.django_db

MINE = "Mon texte\n\n{factures}"
KEPT = " Choisissez un autre type\u202f; ce que vous avez saisi est conservé."


@pytest.fixture
def account() -> Account:
    return build.example().account


def first() -> MessageTemplate:
    return MessageTemplate.objects.get(code="L1", language="fr", entity=None)


def save(**changes: object) -> None:
    """Change the template as an administrator does."""
    row = first()
    values: dict[str, object] = {
        "code": row.code,
        "language": row.language,
        "entity_id": row.entity_id,
        "name": row.name,
        "mention": row.mention,
        "mode": row.mode,
        "severity_id": row.severity_id,
        "is_formal_notice": row.is_formal_notice,
        "subject": row.subject,
        "body": row.body,
        "is_active": row.is_active,
        **changes,
    }
    save_template(template=row, details=TemplateDetails(**values), actor=build.ACTOR, now=build.NOW)  # type: ignore[arg-type]


def delete() -> None:
    first().versions.all().delete()
    first().delete()


def words(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def at_step_two(account: Account) -> tuple[Wizard, dict[str, list[str]]]:
    wizard = Wizard(account)
    wizard.first_step("L1")
    return wizard, wizard.fields()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"body": "Nouveau\n\n{factures}"},
            "Le modèle «\u00a0Première relance\u00a0» a été modifié\u00a0: le texte non retouché l'a suivi.",
        ),
        (
            {"mode": Mode.EMAIL},
            "Le modèle «\u00a0Première relance\u00a0» est passé de «\u00a0Courrier postal\u00a0» à"
            " «\u00a0E-mail\u00a0»\u00a0: vérifiez le mode de cette relance.",
        ),
        (
            {"mention": "Lettre suivie"},
            "La mention du modèle «\u00a0Première relance\u00a0» est maintenant «\u00a0Lettre suivie\u00a0».",
        ),
        (
            {"is_formal_notice": True},
            "Le modèle «\u00a0Première relance\u00a0» est maintenant une mise en demeure.",
        ),
    ],
)
def test_what_changed_is_told_once_and_nothing_leaves_before(
    account: Account, changes: dict[str, object], sentence: str
) -> None:
    wizard, fields = at_step_two(account)
    User.objects.update(may_issue_formal_notices=True)
    save(**changes)
    answer = wizard.send(fields, message=MINE)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert fields_of(words(answer))["message"] == [MINE]
    assert not Reminder.objects.exists()
    assert wizard.send(fields_of(answer.content.decode())).status_code == 302
    reminder = Reminder.objects.get()
    assert (reminder.mode, reminder.message.splitlines()[0]) == (Mode.LETTER, "Mon texte")


def test_an_untouched_text_follows_the_template_and_is_what_is_issued(account: Account) -> None:
    wizard, fields = at_step_two(account)
    save(subject="Nouvel objet", body="Nouveau\n\n{factures}")
    answer = wizard.send(fields)
    after = fields_of(answer.content.decode())
    assert (after["objet"], after["message"]) == (["Nouvel objet"], ["Nouveau\n\n{factures}"])
    wizard.send(after)
    assert (Reminder.objects.get().subject, Reminder.objects.get().template_version) == ("Nouvel objet", 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda: save(is_active=False),
            "Le modèle «\u00a0Première relance\u00a0» n'est plus actif\u00a0: rien n'est émis.",
        ),
        (delete, "Le modèle choisi n'existe plus\u00a0: rien n'est émis."),
    ],
)
def test_a_template_that_is_gone_leads_back_to_step_one_with_all_that_was_typed(
    account: Account, change: Callable[[], None], sentence: str
) -> None:
    wizard, fields = at_step_two(account)
    change()
    live = wizard.client.post(f"{wizard.address}apercu/", {**fields, "objet": "Mon objet"})
    assert sentence + KEPT in words(live)  # type: ignore[arg-type]
    answer = wizard.send(fields, message=MINE, objet="Mon objet")
    assert (answer.status_code, answer["Location"]) == (302, wizard.address)
    assert sentence + KEPT in unescape(wizard.client.get(wizard.address).content.decode())
    assert wizard.client.get(wizard.address, {"etape": 2})["Location"] == wizard.address
    assert Reminder.objects.count() == OutboxMessage.objects.count() == 0
    assert wizard.first_step("L2").status_code == 302
    again = wizard.fields()
    assert (again["message"], again["objet"], again["mode"]) == ([MINE], ["Mon objet"], ["letter"])
    assert wizard.send(again).status_code == 302
    assert Reminder.objects.get().template_code == "L2"


def test_a_template_gone_before_step_two_is_refused_in_step_one(account: Account) -> None:
    wizard = Wizard(account)
    wizard.client.get(wizard.address)
    gone = first()
    save(is_active=False)
    token = fields_of(wizard.client.get(wizard.address).content.decode())["brouillon"]
    ids = list(account.invoices.values_list("id", flat=True))
    data = {"brouillon": token, "modele": gone.id, "factures": ids}
    answer = wizard.client.post(wizard.address, data)
    assert answer.status_code == 422
    assert "Ce type n'est plus proposé\u00a0: choisissez-en un autre." in unescape(answer.content.decode())


def test_the_mode_stays_what_she_chose_until_she_changes_it(account: Account) -> None:
    wizard, fields = at_step_two(account)
    save(mode=Mode.EMAIL)
    wizard.send(fields, "retour")
    assert wizard.first_step("L1").status_code == 302
    assert wizard.fields()["mode"] == ["letter"]
    wizard.send(wizard.fields(), "actualiser", mode="email")
    assert wizard.fields()["mode"] == ["email"]


def test_a_sentence_that_the_live_preview_showed_stays_until_she_issues(account: Account) -> None:
    wizard, fields = at_step_two(account)
    invoice = account.invoices.get()
    build.allocation(build.payment(account, amount=140_000), invoice)
    sentence = (
        "Le solde de la facture FAC-201601-01 est passé de 6\u202f400,00\u00a0EUR à 5\u202f000,00\u00a0EUR."
    )
    for _ in range(2):
        live = wizard.client.post(f"{wizard.address}apercu/", {**fields, "objet": "Mon objet"})
        assert sentence in unescape(live.content.decode())
    assert wizard.send(fields).status_code == 302
    assert Reminder.objects.get().lines.get().remaining_minor == 500_000
