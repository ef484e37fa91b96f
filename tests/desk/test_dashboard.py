"""The dashboard adds up what is owed, shows how it evolved, and leads back to the list."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from unittest import mock
from zipfile import ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client

from encours.access.models import Role
from encours.access.scopes import EVERYTHING
from encours.core.ageing import Bucket
from encours.core.money import Money
from encours.desk.dashboard.ageing import aged_balance
from encours.desk.dashboard.effect import effect
from encours.desk.dashboard.evolution import evolution
from encours.desk.dashboard.question import Question
from encours.dunning.models import Reminder
from tests import build
from tests.desk.pages import signed_in, user, words
from tests.dunning import issuing

pytestmark = pytest.mark.django_db

EUROS = Question(EVERYTHING, (), "EUR")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _on_the_16_of_may() -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=build.NOW):
        yield


@pytest.fixture
def client() -> Client:
    return signed_in(user())


def get(client: Client, address: str) -> HttpResponse:
    answer = client.get(address, headers=HTMX)
    assert isinstance(answer, HttpResponse)
    return answer


def test_what_is_owed_falls_into_slices_of_thirty_days() -> None:
    account = build.account()
    for days in (-1, 0, 1, 30, 31, 60, 61, 90, 91, 400):
        due = build.TODAY - dt.timedelta(days=days)
        build.invoice(account, issued=due - dt.timedelta(days=30), due=due, net=10_000, vat=2_000)
    build.credit_note(account)
    found = {one.bucket: (one.count, one.amount.minor) for one in aged_balance(EUROS, build.TODAY)}
    assert found == dict.fromkeys(Bucket, (2, 24_000))


def test_a_slice_leads_to_the_accounts_that_owe_something_of_that_age(client: Client) -> None:
    young, old = build.account(), build.account()
    build.invoice(young, issued=build.TODAY, due=build.TODAY)
    due = build.TODAY - dt.timedelta(days=75)
    build.invoice(old, issued=due - dt.timedelta(days=30), due=due)
    panel = get(client, "/tableau-de-bord/balance-agee/").content.decode()
    assert "anciennete=61-90" in panel
    listed = words(get(client, "/?cas=en_attente&de=&a=&anciennete=61-90"))
    assert old.customer.name in listed
    assert young.customer.name not in listed
    assert "seulement les comptes qui ont des factures échues depuis 61 à 90 jours" in listed
    assert get(client, "/?anciennete=hier").status_code == 422


def test_the_past_is_told_as_it_was(client: Client) -> None:
    account = build.account()
    invoice = build.invoice(
        account, issued=dt.date(2016, 1, 10), due=dt.date(2016, 2, 10), net=100_000, vat=20_000
    )
    paid = build.payment(account, received=dt.date(2016, 4, 5), amount=120_000)
    build.allocation(paid, invoice, 70_000, date=dt.date(2016, 4, 5))
    found = {point.day: point for point in evolution(EUROS, build.TODAY).points}
    told = {
        str(day): (point.owed.minor, point.overdue.minor, point.sold.minor, point.received.minor)
        for day, point in found.items()
    }
    assert len(told) == 12
    assert told["2015-12-31"] == (0, 0, 0, 0)
    assert told["2016-01-31"] == (120_000, 0, 120_000, 0)
    assert told["2016-02-29"] == (120_000, 120_000, 0, 0)
    assert told["2016-04-30"] == (50_000, 50_000, 0, 120_000)
    assert told["2016-05-16"] == (50_000, 50_000, 0, 0)


def test_days_of_sales_are_counted_back(client: Client) -> None:
    account = build.account()
    build.invoice(account, issued=dt.date(2016, 5, 2), due=dt.date(2016, 6, 2), net=100_000, vat=20_000)
    assert evolution(EUROS, build.TODAY).dso == 31
    assert "31,0 jours de ventes" in words(get(client, "/tableau-de-bord/evolution/"))


def test_what_was_paid_within_fifteen_days_counts_for_the_latest_reminder() -> None:
    account = build.account()
    invoice = build.invoice(account, net=100_000, vat=20_000)
    reminder = issuing.issue_chosen(account, "L1", "une")
    assert isinstance(reminder, Reminder)
    soon, late = reminder.date + dt.timedelta(days=15), reminder.date + dt.timedelta(days=16)
    paid = build.payment(account, received=soon, now=build.noon(soon))
    build.allocation(paid, invoice, 30_000, date=soon, now=build.noon(soon))
    build.allocation(paid, invoice, 10_000, date=late, now=build.noon(late))
    [point] = [one for one in effect(EUROS, late) if one.reminders]
    assert (point.reminders, point.asked_for, point.paid) == (1, Money(120_000, "EUR"), Money(30_000, "EUR"))


def test_entities_of_others_are_counted_nowhere_and_cannot_be_asked_for() -> None:
    own, other = build.entity("NOTRE"), build.entity("AUTRE")
    customer = build.customer()
    build.invoice(build.account(customer, "NOTRE"), net=10_000, vat=2_000)
    build.invoice(build.account(customer, "AUTRE"), net=90_000, vat=18_000)
    limited, free = signed_in(user("limite", Role.READER, own.pk)), signed_in(user("libre", Role.READER))
    for panel in ("balance-agee", "plus-gros-encours", "evolution"):
        address = f"/tableau-de-bord/{panel}/"
        assert "1\u202f080,00" not in words(get(limited, address))
        assert "1\u202f080,00" in words(get(free, address + "?entite=AUTRE"))
        assert get(limited, f"{address}?entite={other.code}").status_code == 422
    assert get(limited, "/tableau-de-bord/?entite=AUTRE").status_code == 422
    assert get(limited, "/tableau-de-bord/autre/").status_code == 404


def test_a_panel_is_a_workbook_too(client: Client) -> None:
    account = build.account(build.customer("FORMULE", name="=HYPERLINK(1)"))
    build.invoice(account, net=10_000, vat=2_000)
    for panel, rows in (
        ("balance-agee", 6),
        ("evolution", 13),
        ("plus-gros-encours", 2),
        ("effet-des-relances", 13),
    ):
        answer = client.get(f"/tableau-de-bord/{panel}.xlsx")
        assert isinstance(answer, HttpResponse)
        sheet = ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")
        assert sheet.count(b"<row ") == rows
        assert b"<f>" not in sheet


def test_where_nothing_is_owed_every_panel_says_so(client: Client) -> None:
    assert "Rien n'attend d'être payé" in words(get(client, "/tableau-de-bord/balance-agee/"))
    assert "Aucun compte ne doit rien" in words(get(client, "/tableau-de-bord/plus-gros-encours/"))
    assert "Aucune relance depuis douze mois" in words(get(client, "/tableau-de-bord/effet-des-relances/"))
    assert "Tableau de bord" in words(get(client, "/tableau-de-bord/"))
