"""All that is kept of one account is right whoever pays, undoes, records and refuses at the same moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from encours.desk.checking import check_everything
from encours.dunning.deliveries import recount_reminders
from encours.dunning.models import Reminder, ReminderEffect
from encours.receivables import actions
from encours.receivables.details import PaymentDetails
from encours.receivables.models import AccountBalance, Allocation, Payment
from tests import build
from tests.dunning.test_effects import make_reminder

ROUNDS = 4
DAY = dt.date(2016, 3, 1)
NOW = build.noon(DAY + dt.timedelta(days=20))


def together(*works: Callable[[], object]) -> list[BaseException]:
    """Have each work done several times by a thread of its own, from one moment on; return what failed."""
    barrier, failed = Barrier(len(works)), list[BaseException]()

    def repeat(work: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            for _ in range(ROUNDS):
                work()
        except BaseException as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return failed


@pytest.mark.django_db(transaction=True)
def test_all_that_is_kept_of_one_account_is_right_whoever_writes_at_once() -> None:
    account = build.account()
    invoice = build.invoice(account, issued=DAY, due=DAY, net=100_000, vat=0)
    other = build.invoice(account, issued=DAY, due=DAY, net=100_000, vat=0)
    for number, reminded in enumerate((invoice, other), start=1):
        make_reminder(reminded, number, DAY + dt.timedelta(days=number), counts=True)
    numbers = iter(range(1_000))

    def pay() -> Payment:
        reference = f"VIR-{next(numbers)}"
        details = PaymentDetails(reference=reference, date=NOW.date(), amount_minor=900, currency="EUR")
        parts = {invoice.id: 500, other.id: 300}
        return actions.receive_payment(
            account=account, details=details, parts=parts, actor=build.ACTOR, now=NOW
        )

    def undo() -> None:
        made = build.allocation(
            build.payment(account, received=DAY, amount=700, now=NOW), other, 200, now=NOW
        )
        actions.undo_allocation(allocation=made, actor=build.ACTOR, now=NOW)

    def refuse() -> None:
        reminder = Reminder.objects.order_by("id").first()
        assert reminder is not None
        with transaction.atomic():
            Reminder.objects.filter(id=reminder.id).update(counts=not reminder.counts)
            recount_reminders([reminder], now=NOW)

    def record() -> None:
        build.invoice(account, issued=DAY, net=1_000, vat=200)

    assert together(pay, pay, undo, refuse, record) == []
    report = check_everything(today=NOW.date())
    assert report.problems == []
    invoice.refresh_from_db()
    assert invoice.remaining_minor == 100_000 - 2 * ROUNDS * 500
    assert Allocation.objects.count() == 2 * ROUNDS * 2 + 2 * ROUNDS
    balance = AccountBalance.objects.get(account=account)
    assert balance.payment_minor == ROUNDS * (2 * 100 + 700)
    assert ReminderEffect.objects.exists()
