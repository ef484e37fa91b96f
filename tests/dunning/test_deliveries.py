"""What becomes of the messages is kept on the reminder, and a refused one no longer counts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from encours.delivery import hooks
from encours.delivery.models import MessageState, OutboxMessage
from encours.delivery.queries import EnvelopeState
from encours.dunning.deliveries import summarise
from encours.dunning.models import DeliveryState, Reminder
from encours.parties.models import Account
from tests import build
from tests.dunning.issuing import issue_chosen

S, D = MessageState, DeliveryState


def envelopes(*states: MessageState, copies: tuple[MessageState, ...] = ()) -> list[EnvelopeState]:
    pairs = [(state, False) for state in states] + [(state, True) for state in copies]
    return [
        EnvelopeState(at, f"{at}@x.example", is_copy, state, 1, "", build.NOW)
        for at, (state, is_copy) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("states", "copies", "expected"),
    [
        ([S.QUEUED], [], D.QUEUED),
        ([S.QUEUED, S.SENT], [], D.SENDING),
        ([S.CLAIMED], [], D.SENDING),
        ([S.TRANSMITTING, S.REFUSED], [], D.SENDING),
        ([S.SENT], [S.REFUSED], D.SENT),
        ([S.SENT, S.SENT], [S.QUEUED], D.SENT),
        ([S.SENT, S.REFUSED], [], D.PARTIALLY_REFUSED),
        ([S.REFUSED], [S.SENT], D.REFUSED),
        ([S.REFUSED, S.CANCELLED], [], D.REFUSED),
        ([S.CANCELLED], [S.SENT], D.CANCELLED),
        ([S.UNCERTAIN, S.QUEUED], [], D.UNCERTAIN),
        ([S.UNCERTAIN, S.REFUSED], [], D.UNCERTAIN),
    ],
)
def test_the_state_of_a_reminder_follows_from_its_main_recipients(
    states: list[MessageState], copies: list[MessageState], expected: DeliveryState
) -> None:
    assert summarise(envelopes(*states, copies=tuple(copies))) == expected


def move(reference: str, state: MessageState) -> None:
    with transaction.atomic():
        OutboxMessage.objects.filter(reference=reference, is_copy=False).update(state=state)
        hooks.tell([reference], build.NOW + dt.timedelta(minutes=1))


def figures(account: Account) -> tuple[int, int]:
    account.refresh_from_db()
    return account.reminded_open_count, account.invoices.get().reminder_count


@pytest.mark.django_db
def test_a_refused_reminder_no_longer_counts_and_counts_again_once_sent() -> None:
    account = build.example().account
    reminder = issue_chosen(account, "E1", copies=("claire.martin@example.com",))
    assert figures(account) == (1, 1)
    for state, expected, counted in [
        (S.REFUSED, D.REFUSED, 0),
        (S.QUEUED, D.QUEUED, 1),
        (S.UNCERTAIN, D.UNCERTAIN, 1),
        (S.CANCELLED, D.CANCELLED, 0),
        (S.SENT, D.SENT, 1),
    ]:
        move(reminder.reference, state)
        kept = Reminder.objects.get(id=reminder.id)
        assert (kept.delivery_state, kept.counts) == (expected, bool(counted))
        assert figures(account) == (counted, counted)
    assert account.invoices.get().last_reminded_at == build.NOW
