"""A change made straight in the rows of a reminder is found by `encours verify`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import F

from encours.archive.verify import verify_archive
from encours.dunning.models import Reminder, ReminderCounter, ReminderFile, ReminderLine
from tests import build
from tests.dunning.issuing import remind_one
from tests.superuser import as_superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued() -> Reminder:
    return remind_one(build.example().account)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Autre"},
        {"message": "Autre"},
        {"author_name": "Autre"},
        {"severity_rank": 1},
        {"date": dt.date(2016, 5, 17)},
        {"created_at": build.NOW + dt.timedelta(microseconds=1)},
        {"frozen": "{}"},
        {"mode": "email"},
    ],
)
def test_a_changed_field_of_a_reminder_is_found(issued: Reminder, changes: dict[str, Any]) -> None:
    assert verify_archive().problems == []
    with as_superuser():
        Reminder.objects.filter(id=issued.id).update(**changes)
    assert verify_archive().problems == ["relance TOPCONSEIL-1 : son contenu a été modifié depuis l'émission"]


def test_a_changed_or_missing_line_is_found(issued: Reminder) -> None:
    with as_superuser():
        ReminderLine.objects.update(remaining_minor=F("remaining_minor") + 1)
    assert verify_archive().problem_count == 1
    with as_superuser():
        ReminderLine.objects.all().delete()
    assert verify_archive().problem_count == 1


def test_a_missing_reminder_or_document_is_found(issued: Reminder) -> None:
    with as_superuser():
        ReminderFile.objects.all().delete()
    assert verify_archive().problems == ["relance TOPCONSEIL-1 : son document a disparu"]
    with as_superuser():
        ReminderLine.objects.all().delete()
        Reminder.objects.all().delete()
    assert verify_archive().problems == [
        "entité TOPCONSEIL : 0 relances, la dernière porte le n° 0, le compteur dit 1"
    ]


def test_a_moved_counter_is_found_and_what_may_change_is_not(issued: Reminder) -> None:
    Reminder.objects.update(printed_at=build.NOW, printed_by_name="Anne", delivery_state="printed")
    assert verify_archive().problems == []
    ReminderCounter.objects.update(last_number=7)
    assert verify_archive().problem_count == 1
