"""A template edited, switched off, deleted or of another mode after a proposal: said, nothing else sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from encours.dunning.models import MessageTemplate, Mode, Reminder
from encours.dunning.runs.models import LineState, ReminderRun, RunState
from encours.dunning.runs.working import work_until_done
from tests.dunning.issuing import template
from tests.dunning.test_mass_screens import collector, owing, propose
from tests.dunning.test_template_changed_meanwhile import delete, first, save

pytestmark = pytest.mark.django_db

__all__ = ["collector"]

CHANGED = (
    "Modifié depuis que cette proposition vous a été montrée\u00a0: L1 «\u00a0Première relance\u00a0»."
    " Rien n'est lancé\u00a0: ouvrez une ligne pour relire le texte, puis lancez de nouveau."
)


@pytest.fixture
def run(collector: Client) -> ReminderRun:
    accounts = owing(2)
    save(body="Texte proposé\n\n{factures}")  # makes a version
    return propose(collector, compte=[str(account.id) for account in accounts])


def page(client: Client, run: ReminderRun) -> str:
    work_until_done(timezone.now)
    return unescape(client.get(f"/relances-en-masse/{run.pk}/").content.decode())


def launch(client: Client, run: ReminderRun, seen: str) -> str:
    """Press the button of a page as it was shown, and return the page that follows."""
    stamp = re.search(r'name="modeles" value="([^"]*)"', seen)
    assert stamp
    answer = client.post(
        f"/relances-en-masse/{run.pk}/", {"action": "lancer", "modeles": stamp[1]}, follow=True
    )
    run.refresh_from_db()
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    "changes", [{"body": "Nouveau\n\n{factures}"}, {"mention": "Lettre suivie"}, {"severity_id": 4}]
)
def test_a_changed_template_is_told_and_launched_once_it_was_seen(
    collector: Client, run: ReminderRun, changes: dict[str, object]
) -> None:
    before = page(collector, run)
    save(**changes)
    after = launch(collector, run, before)
    assert CHANGED in after
    assert (run.state, Reminder.objects.count()) == (RunState.PROPOSAL, 0)
    assert "Les relances sont lancées." in launch(collector, run, after)
    work_until_done(timezone.now)
    assert Reminder.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda: save(is_active=False), "Le modèle L1 n'est plus actif\u00a0: "),
        (delete, "Le modèle L1 n'existe plus\u00a0: "),
        (lambda: save(mode=Mode.EMAIL), "Le modèle L1 a changé de mode\u00a0: "),
    ],
)
def test_a_template_that_is_gone_stops_the_launch_and_says_so_on_every_page(
    collector: Client, run: ReminderRun, change: Callable[[], None], sentence: str
) -> None:
    MessageTemplate.objects.filter(code="L1").exclude(id=first().id).update(code="AUTRE")
    before = page(collector, run)
    line = run.lines.get(position=1)
    change()
    told = f"{sentence}préparez la proposition avec un autre."
    assert told in launch(collector, run, before)
    assert told in unescape(
        collector.get(f"/relances-en-masse/{run.pk}/lignes/{line.pk}/", follow=True).content.decode()
    )
    assert told in page(collector, run)
    assert (run.state, Reminder.objects.count()) == (RunState.PROPOSAL, 0)


def test_a_text_of_another_language_never_takes_the_place_of_one_that_is_gone_unseen(
    collector: Client, run: ReminderRun
) -> None:
    template("L1", "en")
    before = page(collector, run)
    save(is_active=False)
    assert CHANGED in launch(collector, run, before)
    save(is_active=True)
    launch(collector, run, page(collector, run))
    save(is_active=False)
    work_until_done(timezone.now)
    assert not Reminder.objects.exists()
    assert set(run.lines.values_list("state", flat=True)) == {LineState.FAILED}


def test_what_was_launched_is_what_is_sent_whatever_is_saved_since(
    collector: Client, run: ReminderRun
) -> None:
    launch(collector, run, page(collector, run))
    save(body="Nouveau\n\n{factures}")
    work_until_done(timezone.now)
    assert {text.splitlines()[0] for text in Reminder.objects.values_list("message", flat=True)} == {
        "Texte proposé"
    }
    assert set(Reminder.objects.values_list("template_version", flat=True)) == {2}


def test_a_template_switched_off_after_the_launch_fails_its_lines_until_it_is_back(
    collector: Client, run: ReminderRun
) -> None:
    launch(collector, run, page(collector, run))
    MessageTemplate.objects.filter(code="L1").update(is_active=False)
    work_until_done(timezone.now)
    errors = set(run.lines.values_list("state", "error"))
    assert errors == {
        (LineState.FAILED, "Le modèle L1 n'est plus actif\u00a0: préparez la proposition avec un autre.")
    }
    MessageTemplate.objects.filter(code="L1").update(is_active=True)
    collector.post(f"/relances-en-masse/{run.pk}/", {"action": "reessayer"})
    work_until_done(timezone.now)
    assert set(run.lines.values_list("state", flat=True)) == {LineState.ISSUED}
