"""The demonstration shows every state, is built through the real actions, and can be loaded again."""

from __future__ import annotations

import datetime as dt
import json
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from encours.access.models import Role, User
from encours.archive.verify import verify_archive
from encours.console import Refused
from encours.core.days import PARIS
from encours.desk.demo.people import ENTITIES, PEOPLE
from encours.desk.demo.play import Player
from encours.desk.demo.story import STORY, Reminded
from encours.desk.management.commands.demo import AUTHOR
from encours.dunning.models import DeliveryState, Reminder
from encours.parties.models import Account, BillingEntity, Customer
from encours.receivables.models import Hold, Invoice, Payment
from tests import build
from tests.processes import encours

TODAY = dt.date(2026, 3, 17)
LIMIT_SECONDS = 55


def _play(today: dt.date = TODAY) -> None:
    Player(today=today, actor=AUTHOR, zone=PARIS).play()


@pytest.mark.django_db
def test_it_shows_every_state_of_the_list() -> None:
    _play()
    assert {entity.code for entity in ENTITIES} == {entity.code for entity in BillingEntity.objects.all()}
    assert Customer.objects.count() == len(PEOPLE)
    assert {"EUR", "GBP", "JPY", "TND", "USD"} == set(Invoice.objects.values_list("currency", flat=True))
    assert {"fr", "en"} == set(Customer.objects.values_list("language", flat=True))
    accounts = Account.objects.all()
    assert accounts.filter(is_reachable_by_email=False).exists()
    assert accounts.filter(is_reachable_by_post=False).exists()
    assert accounts.filter(open_invoice_count=0).exists()
    assert accounts.filter(reminded_open_count__gt=0).exists()
    assert accounts.filter(oldest_unreminded_due_date__lt=TODAY).exists()
    assert accounts.filter(oldest_unused_credit_month__isnull=False).exists()
    assert accounts.filter(oldest_unallocated_payment_month__isnull=False).exists()
    assert set(Hold.objects.values_list("kind", flat=True)) == {"dispute", "postponed"}


@pytest.mark.django_db
def test_its_reminders_were_sent_refused_uncertain_or_wait_to_be_printed() -> None:
    _play()
    states = set(Reminder.objects.values_list("delivery_state", flat=True))
    assert states >= {
        DeliveryState.SENT,
        DeliveryState.REFUSED,
        DeliveryState.UNCERTAIN,
        DeliveryState.TO_PRINT,
    }
    assert Reminder.objects.count() == sum(isinstance(event, Reminded) for event in STORY)
    assert verify_archive().problems == []


@pytest.mark.django_db
def test_the_example_asks_for_6400_of_11400() -> None:
    _play()
    invoice = Invoice.objects.get(account__customer__code="DUPONT", gross_minor=1_140_000)
    assert (invoice.remaining_minor, invoice.reminder_count) == (640_000, 1)


@pytest.mark.django_db
def test_loading_it_again_changes_nothing_even_another_day() -> None:
    _play()
    before = [model.objects.count() for model in (Invoice, Payment, Reminder, Account, Hold)]
    _play(TODAY + dt.timedelta(days=40))
    assert [model.objects.count() for model in (Invoice, Payment, Reminder, Account, Hold)] == before


@pytest.mark.django_db
def test_it_is_not_mixed_with_the_data_of_a_real_company() -> None:
    build.entity("VRAIE")
    with pytest.raises(Refused, match="contient déjà l'entité VRAIE"):
        call_command("demo")
    assert not Customer.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_passwords_are_new_each_time_they_are_asked_for() -> None:
    def load(*options: str) -> dict[str, str]:
        output = StringIO()
        call_command("demo", "--json", *options, stdout=output)
        return {one["username"]: one["password"] for one in json.loads(output.getvalue())["users"]}

    first = load()
    assert set(first) == {"admin", "gestion", "lecture"}
    assert load() == {}
    second = load("--passwords")
    assert all(first[name] != second[name] for name in first)
    for name, role in (("admin", Role.ADMINISTRATOR), ("gestion", Role.COLLECTOR), ("lecture", Role.READER)):
        user = User.objects.get(username=name)
        assert (user.role, user.check_password(second[name])) == (role, True)


@pytest.mark.once
def test_it_loads_within_55_seconds_from_the_command_line(tmp_path: Path) -> None:
    assert encours(tmp_path, "migrate").returncode == 0
    start = time.monotonic()
    done = encours(tmp_path, "demo", timeout=LIMIT_SECONDS)
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - start < LIMIT_SECONDS
