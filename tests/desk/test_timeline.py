"""The page of an account tells all that was said and paid, newest first, twenty at a time."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from encours.access.models import Role
from encours.delivery.models import MessageState, OutboxMessage
from encours.dunning.models import DeliveryState, Mode, Reminder
from encours.parties.models import Account
from encours.receivables import actions
from tests import build
from tests.desk.pages import signed_in, user, words
from tests.desk.test_screen import remind

pytestmark = pytest.mark.django_db


def _address(account: Account) -> str:
    return f"/comptes/{account.pk}/chronologie/"


def _titles(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode().split('<ol class="account-timeline">')[1].split("</ol>")[0]
    return re.findall(r"<p>(?:<a[^>]*>|<strong>)([^<]*)<", page)


def _days(count: int) -> list[dt.date]:
    return [dt.date(2015, 1, 1) + dt.timedelta(days=number) for number in range(count)]


def test_every_sort_of_event_is_told_newest_first() -> None:
    account = build.account()
    invoice = build.invoice(account, "F1")
    build.credit_note(account, "A1")
    paid = build.payment(account, "VIR-1")
    build.allocation(paid, invoice, 100_000)
    hold = build.hold(account)
    actions.lift_hold(hold=hold, actor=build.ACTOR, now=build.NOW + dt.timedelta(hours=1))

    told = _titles(signed_in(user()), _address(account))

    assert told == [
        "Suspension levée\u00a0: En litige (tout le compte)",
        "En litige (tout le compte)",
        "VIR-1 affecté à la facture F1",
        "Règlement VIR-1",
        "Avoir A1",
    ]


def test_a_refused_reminder_says_who_refused_it_and_why() -> None:
    reminder = remind(build.invoice(build.account()), mode=Mode.EMAIL, state=DeliveryState.REFUSED)
    OutboxMessage.objects.create(
        reference=reminder.reference,
        recipient="parti@client.example",
        sender="compta@topconseil.example",
        message_id="<1@topconseil.example>",
        content_sha256="0" * 64,
        size=1,
        state=MessageState.REFUSED,
        last_reply="550 5.1.1 User unknown",
        next_attempt_at=build.NOW,
        created_at=build.NOW,
        changed_at=build.NOW,
    )

    told = words(signed_in(user()).get(_address(reminder.account)))

    assert f"Relance {reminder.reference} refusée" in told
    assert "Refusée\u00a0: parti@client.example – 550 5.1.1 User unknown" in told


def test_older_events_follow_twenty_at_a_time_none_lost_none_twice() -> None:
    account, client = build.account(), signed_in(user())
    for number, day in enumerate(_days(45)):
        build.payment(account, f"V{number}", received=day if number % 3 else dt.date(2015, 1, 1))
    for _number in range(5):
        build.hold(account, build.invoice(account))
    told: list[str] = []
    address, pages = _address(account), 0
    while address:
        told += _titles(client, address)
        older = re.search(r'href="([^"]*avant=[^"]*)"', client.get(address).content.decode())
        address, pages = older[1] if older else "", pages + 1

    payments = [title for title in told if title.startswith("Règlement")]
    assert (pages, len(told)) == (3, 50)
    assert sorted(payments) == sorted(f"Règlement V{number}" for number in range(45))
    assert payments[0] == "Règlement V44"


def test_a_part_comes_alone_and_an_unknown_mark_is_not_found() -> None:
    account, client = build.account(), signed_in(user())
    build.payment(account, "V1")

    assert "<html" not in client.get(_address(account), headers={"HX-Request": "true"}).content.decode()
    for mark in ("x", "1.2", "1.2.3.4", "-99999999999999999.0.1"):
        assert client.get(f"{_address(account)}?avant={mark}").status_code == 404


def test_the_timeline_of_another_entity_is_not_found() -> None:
    account = build.account(entity_code="AUTRE")
    build.payment(account, "V1")
    assert "V1" in words(signed_in(user()).get(_address(account)))

    own = signed_in(user("une", Role.READER, build.entity().pk))

    assert own.get(_address(account)).status_code == 404


def test_the_timeline_takes_as_many_queries_whatever_it_tells() -> None:
    account, client = build.account(), signed_in(user())
    build.payment(account)
    remind(build.invoice(account))
    client.get(_address(account))
    few = _count(client, account)
    for day in _days(25):
        build.payment(account, received=day)
        build.hold(account, build.invoice(account))

    assert _count(client, account) == few
    assert Reminder.objects.count() == 1


def _count(client: Client, account: Account) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(_address(account))
        return len(queries.captured_queries)
