"""A formal notice is issued by who has the right to, by any way; who lacks it changes nothing."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.core.management import call_command
from django.urls import reverse

from encours.access.models import Role, User
from encours.audit.models import AuditLine
from encours.console import Refused
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.dunning.models import Reminder, ReminderRun
from encours.dunning.runs.options import RunOptions
from encours.parties.models import Account
from tests import build
from tests.access.world import snapshot
from tests.dunning import issuing, running
from tests.dunning.test_wizard import Wizard, signed_in, user

pytestmark = pytest.mark.django_db

NOTICES = RunOptions(templates=(("letter", "LMED"),))


@pytest.fixture
def account() -> Account:
    account = build.account()
    build.invoice(account)
    issuing.template("LMED")
    return account


def allow(person: User, is_allowed: bool = True) -> User:
    User.objects.filter(pk=person.pk).update(may_issue_formal_notices=is_allowed)
    person.refresh_from_db()
    return person


def acting(person: User) -> Actor:
    return Actor(name=person.full_name, user_id=person.pk, email=person.email)


def test_a_formal_notice_is_issued_by_who_has_the_right_and_by_nobody_else(account: Account) -> None:
    person, before = user(), snapshot()
    with pytest.raises(Refusal, match="n'a pas le droit d'émettre des mises en demeure"):
        issuing.remind(account, code="LMED", actor=acting(person))
    assert snapshot() == before
    allow(person)
    issuing.remind(account, code="LMED", actor=acting(person))
    assert Reminder.objects.get().is_formal_notice


def test_an_ordinary_reminder_needs_no_such_right(account: Account) -> None:
    issuing.remind(account, code="L1", actor=acting(user()))
    assert Reminder.objects.count() == 1


def test_the_right_taken_away_holds_at_once(account: Account) -> None:
    person = allow(user())
    allow(person, False)
    with pytest.raises(Refusal):
        issuing.remind(account, code="LMED", actor=acting(person))


def test_the_wizard_offers_formal_notices_to_who_may_issue_them(account: Account) -> None:
    person = user()
    page = signed_in().get(f"/comptes/{account.pk}/relance/").content.decode()
    assert issuing.template("LMED").name not in page
    assert "Les mises en demeure demandent un droit" in page
    assert Wizard(account).first_step("LMED").status_code == 422
    allow(person)
    wizard = Wizard(account)
    assert wizard.first_step("LMED").status_code == 302
    assert wizard.send(wizard.fields()).status_code == 302
    assert Reminder.objects.get().is_formal_notice


def test_a_draft_chosen_with_the_right_is_not_issued_without_it(account: Account) -> None:
    person = allow(user())
    wizard = Wizard(account)
    wizard.first_step("LMED")
    fields = wizard.fields()
    allow(person, False)
    answer = wizard.send(fields)
    assert answer.status_code == 422
    assert "n'a pas le droit" in unescape(answer.content.decode())
    assert not Reminder.objects.exists()


def test_a_mass_run_of_formal_notices_is_launched_by_who_has_the_right(account: Account) -> None:
    person = user()
    run = running.proposal(account, options=NOTICES, actor=acting(person))
    client, before = signed_in(), snapshot()
    client.post(reverse("dunning:run", args=[run.pk]), {"action": "lancer"})
    assert snapshot() == before
    with pytest.raises(Refusal):
        running.launch(run, actor=acting(person))
    allow(person)
    running.launch(run, actor=acting(person))
    assert ReminderRun.objects.get().state == "done"
    assert Reminder.objects.get().is_formal_notice


def test_the_command_asks_for_the_right_of_the_user_that_it_names(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    person = user()
    with pytest.raises(Refused, match="n'a pas le droit"):
        call_command("remind", "--template", "LMED", "--user", person.username, "--json")
    assert not Reminder.objects.exists()
    call_command("remind", "--template", "LMED", "--json")
    assert len(json.loads(capsys.readouterr().out)["issued"]) == 1


def test_an_administrator_gives_the_right_only_if_he_has_it(account: Account) -> None:
    chief, person = user("chef", Role.ADMINISTRATOR), user()
    client = signed_in("chef")
    sent = {
        "full_name": person.full_name,
        "email": "",
        "role": "collector",
        "sees_all_entities": "on",
        "may_issue_formal_notices": "on",
    }
    answer = client.post(reverse("access:user", args=[person.pk]), sent)
    assert answer.status_code == 422
    assert "vous ne l&#x27;avez pas" in answer.content.decode()
    assert not User.objects.get(pk=person.pk).may_issue_formal_notices
    allow(chief)
    assert client.post(reverse("access:user", args=[person.pk]), sent).status_code == 302
    assert User.objects.get(pk=person.pk).may_issue_formal_notices
    line = AuditLine.objects.get(action="user.update")
    assert (line.before["may_issue_formal_notices"], line.after["may_issue_formal_notices"]) == (False, True)
