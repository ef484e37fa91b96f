"""Two people who allocate the same payment at the same moment never use more than there is."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from encours.core.errors import Refusal
from encours.parties.models import Account
from encours.receivables import actions
from encours.receivables.models import Allocation, Invoice, MonthFlow, Payment
from encours.receivables.months import check_months, fold_months
from encours.receivables.recomputation import check
from tests import build

ROUNDS = 5


def allocate_in_threads(payment: Payment, invoices: list[Invoice], amount: int) -> list[str]:
    """Start one thread per invoice at the same moment; return what each of them says."""
    barrier = Barrier(len(invoices))
    said: list[str] = []

    def allocate(invoice: Invoice) -> None:
        try:
            barrier.wait(timeout=10)
            actions.allocate(
                source=payment, invoice=invoice, amount_minor=amount, actor=build.ACTOR, now=build.NOW
            )
            said.append("allocated")
        except Refusal:
            said.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=allocate, args=(invoice,)) for invoice in invoices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_one_payment_allocated_by_two_at_once_is_never_over_allocated() -> None:
    account = build.account()
    for _ in range(ROUNDS):
        payment = build.payment(account, amount=1_000)
        invoices = [build.invoice(account, net=1_000, vat=0) for _ in range(2)]
        assert allocate_in_threads(payment, invoices, 600) == ["allocated", "refused"]
        payment.refresh_from_db()
        assert payment.remaining_minor == 400
    assert Allocation.objects.count() == ROUNDS
    assert check(today=build.TODAY).problems == []
    assert check_months()[1] == []


@pytest.mark.django_db(transaction=True)
def test_one_allocation_undone_by_two_at_once_is_undone_once() -> None:
    account = build.account()
    allocation = build.allocation(build.payment(account), build.invoice(account))
    barrier, said = Barrier(2), list[str]()

    def undo() -> None:
        try:
            barrier.wait(timeout=10)
            actions.undo_allocation(allocation=allocation, actor=build.ACTOR, now=build.NOW)
            said.append("undone")
        except Refusal:
            said.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=undo) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["refused", "undone"]
    assert Allocation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_months_are_right_whoever_writes_and_folds_at_once() -> None:
    accounts = [build.account() for _ in range(3)]
    barrier, said = Barrier(len(accounts) + 1), list[str]()

    def pay(account: Account) -> None:
        try:
            barrier.wait(timeout=10)
            for _ in range(ROUNDS):
                build.allocation(build.payment(account, amount=1_000), build.invoice(account), 600)
            said.append("paid")
        finally:
            connection.close()

    def fold() -> None:
        try:
            barrier.wait(timeout=10)
            for _ in range(ROUNDS * 4):
                fold_months()
            said.append("folded")
        finally:
            connection.close()

    threads = [Thread(target=pay, args=(account,)) for account in accounts] + [Thread(target=fold)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["folded", "paid", "paid", "paid"]
    assert check_months()[1] == []
    fold_months()
    assert check_months()[1] == []
    cells = MonthFlow.objects.values_list("entity", "currency", "month")
    assert len(cells) == len(set(cells)) > 0
