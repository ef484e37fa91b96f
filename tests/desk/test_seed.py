"""`encours seed` makes the same believable data each time, with figures that a recomputation confirms."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Sum

from encours.console import Refused
from encours.dunning.models import Reminder, ReminderLine
from encours.parties.models import Account, BillingEntity, Customer
from encours.receivables.models import Invoice, InvoiceKind, Payment


def seed(*options: str) -> dict[str, object]:
    output = StringIO()
    call_command("seed", "--json", *options, stdout=output)
    result: dict[str, object] = json.loads(output.getvalue())
    return result


SMALL = ("--customers", "60", "--invoices", "700", "--until", "2026-06-30")


@pytest.mark.django_db
def test_the_set_is_believable_and_its_figures_right() -> None:
    assert seed(*SMALL)["problems"] == []
    assert Customer.objects.count() == 60
    assert Invoice.objects.filter(kind=InvoiceKind.INVOICE).count() == 700
    assert BillingEntity.objects.count() == 5
    assert set(Invoice.objects.values_list("currency", flat=True)) == {"EUR", "TND", "JPY"}
    assert Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).exists()
    assert Account.objects.filter(open_invoice_count__gt=0).exists()
    assert Account.objects.filter(is_reachable_by_email=False).exists()
    assert Reminder.objects.filter(mode="letter").exists()
    assert not Invoice.objects.filter(issue_date__gt=dt.date(2026, 6, 30)).exists()


@pytest.mark.django_db
def test_reminders_are_numbered_by_entity_without_holes_in_the_order_of_time() -> None:
    seed(*SMALL)
    for entity in BillingEntity.objects.all():
        rows = list(entity.reminders.order_by("number").values_list("number", "created_at"))
        assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
        assert rows == sorted(rows, key=lambda row: row[1])
    assert ReminderLine.objects.exists()


@pytest.mark.django_db
def test_a_database_with_data_is_refused_and_left_alone() -> None:
    BillingEntity.objects.create(code="E1", name="Entité")
    with pytest.raises(Refused, match="n'est pas vide"):
        seed(*SMALL)
    assert not Customer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_gives_the_same_amounts() -> None:
    sums = []
    for number in ("7", "7", "8"):
        seed(*SMALL, "--seed", number)
        sums.append(
            (Invoice.objects.aggregate(Sum("gross_minor")), Payment.objects.aggregate(Sum("amount_minor")))
        )
        call_command("flush", "--no-input", verbosity=0)
    assert sums[0] == sums[1]
    assert sums[0] != sums[2]
