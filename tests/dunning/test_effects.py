"""What a reminder brought is kept line by line, and always equals a recomputation."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from encours import bulk
from encours.dunning.deliveries import recount_reminders
from encours.dunning.effects import check_effects
from encours.dunning.models import Reminder, ReminderEffect, ReminderLine
from encours.receivables import actions
from encours.receivables.models import Invoice
from tests import build

START = dt.date(2016, 3, 1)
NOW = build.noon(START + dt.timedelta(days=90))


class EffectsEqualTheirRecomputation(TestCase):
    """The property, on reminders of any days and payments before, between and after them."""

    @settings(max_examples=25, deadline=None)
    @given(
        reminders=st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=4),
        payments=st.lists(st.tuples(st.integers(0, 80), st.integers(1, 900), st.booleans()), max_size=4),
        refused=st.booleans(),
    )
    def test_for_any_reminders_and_payments(
        self, reminders: list[tuple[int, bool]], payments: list[tuple[int, int, bool]], refused: bool
    ) -> None:
        account = build.account()
        invoice = build.invoice(account, issued=START, due=START, net=10_000, vat=0)
        for number, (days, counts) in enumerate(reminders, start=1):
            make_reminder(invoice, number, START + dt.timedelta(days=days), counts=counts)
        recount_reminders(list(Reminder.objects.all()), now=NOW)
        assert check_effects()[1] == []
        for days, amount, is_undone in payments:
            day = START + dt.timedelta(days=days)
            made = build.allocation(
                build.payment(account, received=day, amount=1_000, now=NOW),
                invoice,
                amount,
                date=day,
                now=NOW,
            )
            if is_undone:
                actions.undo_allocation(allocation=made, actor=build.ACTOR, now=NOW)
        checked, problems = check_effects()
        assert (checked, problems) == (sum(counts for _days, counts in reminders), [])
        if refused:
            Reminder.objects.update(counts=False)
            recount_reminders(list(Reminder.objects.all()), now=NOW)
            assert ReminderEffect.objects.count() == 0


def make_reminder(invoice: Invoice, number: int, day: dt.date, *, counts: bool) -> None:
    [reminder_id] = bulk.reserve_ids(Reminder, 1)
    reminder = {
        "id": reminder_id,
        "entity_id": invoice.entity_id,
        "account_id": invoice.account_id,
        "number": number,
        "reference": f"R-{number}",
        "state": "issued",
        "delivery_state": "sent" if counts else "refused",
        "counts": counts,
        "mode": "email",
        "template_code": "E1",
        "template_version": 1,
        "template_name": "Relance",
        "severity_rank": 3,
        "severity_name": "Moyenne",
        "language": "fr",
        "subject": "Relance",
        "message": "Relance",
        "author_name": "Essai",
        "created_at": build.noon(day),
        "date": day,
        "issued_at": build.noon(day),
        "frozen": json.dumps({}),
        "idempotency_key": f"effect-{number}",
    }
    bulk.insert_rows(Reminder, list(reminder), [list(reminder.values())])
    ReminderLine.objects.create(
        reminder_id=reminder_id,
        invoice=invoice,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        net_minor=invoice.net_minor,
        gross_minor=invoice.gross_minor,
        remaining_minor=invoice.gross_minor,
        currency=invoice.currency,
        days_late=(day - invoice.due_date).days,
    )
