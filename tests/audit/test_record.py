"""An audit line says who did what, and holds nothing secret."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from encours.audit.models import AuditLine
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.ibans import mask_iban

NOW = dt.datetime(2016, 5, 16, 9, 22, 48, tzinfo=dt.UTC)
IBAN = "FR7630006000011234567890189"


@pytest.mark.django_db
def test_a_line_keeps_the_actor_the_action_and_both_sides_of_the_change() -> None:
    record(
        actor=Actor("Anne Martin", 3, "anne@tc.example", "192.0.2.1", "req-1"),
        action="reminder.issue",
        subject="TC-1",
        entity_code="TC",
        before={"state": "reserved"},
        after={"state": "issued", "date": dt.date(2016, 5, 16), "total": Decimal("6400.00"), "ids": (1, 2)},
        now=NOW,
    )
    line = AuditLine.objects.get()
    assert (line.at, line.actor_name, line.actor_user_id) == (NOW, "Anne Martin", 3)
    assert (line.address, line.request_id) == ("192.0.2.1", "req-1")
    assert (line.action, line.subject, line.entity_code) == ("reminder.issue", "TC-1", "TC")
    assert line.before == {"state": "reserved"}
    assert line.after == {"state": "issued", "date": "2016-05-16", "total": "6400.00", "ids": [1, 2]}


@pytest.mark.django_db
def test_a_line_holds_no_secret_and_no_whole_iban() -> None:
    record(
        actor=Actor("Anne Martin"),
        action="user.update",
        subject=f"RIB {IBAN}",
        after={
            "password": "tr0ub4dor",
            "new": {"csrf_token": "abc", "iban": "not an iban at all"},
            "text": f"virement sur {IBAN} ou FR76 3000 6000 0112 3456 7890 189.",
            "token": "",
        },
        now=NOW,
    )
    line = AuditLine.objects.get()
    assert line.subject == "RIB FR•••0189"
    assert line.after == {
        "password": "•••",
        "new": {"csrf_token": "•••", "iban": "no•••tall"},
        "text": "virement sur FR•••0189 ou FR•••0189.",
        "token": "",
    }


def test_only_a_valid_iban_is_shortened_whatever_stands_around_it() -> None:
    assert mask_iban("PAR LE FR76 3000 6000 0112 3456 7890 189 AVANT LE 31") == "PAR LE FR•••0189 AVANT LE 31"
    assert mask_iban("FACTURE FR7630006000011234567890188") == "FACTURE FR7630006000011234567890188"
