"""The two steps and the archive carry every label of the product's table."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from encours.dunning.models import DeliveryState, Reminder
from tests import build
from tests.desk import labels
from tests.desk.pages import words
from tests.dunning.test_wizard import Wizard

pytestmark = pytest.mark.django_db


def get(wizard: Wizard, address: str) -> HttpResponse:
    answer = wizard.client.get(address)
    assert isinstance(answer, HttpResponse)
    return answer


def test_the_first_step_has_its_labels_and_the_example_its_amounts() -> None:
    wizard = Wizard(build.example().account)
    text = words(get(wizard, wizard.address))
    for label in (
        *labels.STEP_ONE,
        *labels.STEP_ONE_COLUMNS,
        "11\u202f400,00",
        "6\u202f400,00",
        "EUR",
        "1/2016",
    ):
        assert label in text, label
    assert "Première relance (Courrier postal, 3 - Moyenne)" in text


def test_the_second_step_has_its_labels() -> None:
    wizard = Wizard(build.example().account)
    wizard.first_step("E1")
    text = words(get(wizard, f"{wizard.address}?etape=2"))
    for label in (*labels.STEP_TWO, *labels.STEP_ONE_COLUMNS):
        assert label in text, label


def test_the_archive_has_its_labels_and_says_each_state_of_delivery() -> None:
    wizard = Wizard(build.example().account)
    wizard.first_step("L1")
    address = wizard.send(wizard.fields())["Location"]
    text = words(get(wizard, address))
    for label in (*labels.ARCHIVE, *labels.LETTER, "3 - Moyenne", "Lettre simple : Relance pour"):
        assert label in text, label
    assert "État du compte client de 01/2016 à" in text
    for state, label in labels.DELIVERY_STATES.items():
        if state == DeliveryState.PRINTED:
            continue
        Reminder.objects.update(delivery_state=state)
        assert label in words(get(wizard, f"{address}envoi/")), label
