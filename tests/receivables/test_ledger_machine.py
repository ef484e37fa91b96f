"""Any sequence of actions leaves every balance exact on every day, as a ledger on paper would have it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from encours.access.scopes import EVERYTHING
from encours.core.errors import Refusal
from encours.receivables import actions, queries
from encours.receivables.details import InvoiceDetails, PaymentDetails
from encours.receivables.figures import bring_up_to_date
from encours.receivables.models import Allocation, Invoice, Payment
from encours.receivables.months import check_months
from encours.receivables.recomputation import check
from tests import build

START = dt.date(2016, 3, 1)
CURRENCIES = ("EUR", "EUR", "EUR", "JPY", "TND")
amounts = st.integers(1, 2_000)
currencies = st.sampled_from(CURRENCIES)
offsets = st.integers(-20, 3)
picks = st.integers(0, 10**6)
accounts = st.sampled_from([False, False, False, True])
Key = tuple[str, int]


@dataclass
class PaperDocument:
    """A document as it stands on paper: its dated uses are written by the test alone."""

    account_id: int
    currency: str
    date: dt.date
    amount: int
    entries: list[tuple[dt.date, int]] = field(default_factory=list)
    cancelled_on: dt.date | None = None

    def left(self, day: dt.date) -> int:
        if day < self.date or (self.cancelled_on is not None and day >= self.cancelled_on):
            return 0
        return self.amount - sum(amount for date, amount in self.entries if date <= day)


class LedgerMachine(RuleBasedStateMachine):
    """Two accounts, three currencies, time that goes on, and everything that a person may do."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint: Any = transaction.atomic()
        self.savepoint.__enter__()
        self.today = START
        self.paper: dict[Key, PaperDocument] = {}
        self.refused = 0

    @initialize()
    def open_accounts(self) -> None:
        self.accounts = [build.account(), build.account()]
        for offset in (-20, -15):
            self.record_document(False, offset, 1_000, "EUR", is_note=False)
        self.record_payment(False, -18, 1_200, "EUR")
        self.let_days_pass(8)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def now(self) -> dt.datetime:
        return build.noon(self.today)

    @rule(days=st.integers(1, 9))
    def let_days_pass(self, days: int) -> None:
        self.today += dt.timedelta(days=days)

    @rule(account=accounts, offset=offsets, amount=amounts, currency=currencies, is_note=st.booleans())
    def record_document(self, account: bool, offset: int, amount: int, currency: str, is_note: bool) -> None:
        on, issued = self.accounts[account], self.today + dt.timedelta(days=offset)
        make = build.credit_note if is_note else build.invoice
        made = make(on, issued=issued, net=amount, vat=0, currency=currency, now=self.now)
        self.paper["credit_note" if is_note else "invoice", made.id] = PaperDocument(
            on.id, currency, issued, amount
        )

    @rule(account=accounts, offset=offsets, amount=amounts, currency=currencies)
    def record_payment(self, account: bool, offset: int, amount: int, currency: str) -> None:
        on, received = self.accounts[account], self.today + dt.timedelta(days=min(offset, 0))
        made = build.payment(on, received=received, amount=amount, currency=currency, now=self.now)
        self.paper["payment", made.id] = PaperDocument(on.id, currency, received, amount)

    @precondition(lambda self: self.paper)
    @rule(source=picks, invoice=picks, amount=amounts, offset=st.none() | offsets, takes_all=st.booleans())
    def allocate(self, source: int, invoice: int, amount: int, offset: int | None, takes_all: bool) -> None:
        source_key = self.pick(source, "payment", "credit_note")
        invoice_key = self.pick(invoice, "invoice", like=source_key)
        if source_key is None or invoice_key is None:
            return
        amount = max(1, self.paper[source_key].left(self.today)) if takes_all else amount
        date = None if offset is None else self.today + dt.timedelta(days=offset)
        try:
            made = actions.allocate(
                source=self.row(source_key),
                invoice=self.invoice(invoice_key),
                amount_minor=amount,
                date=date,
                actor=build.ACTOR,
                now=self.now,
            )
        except Refusal:
            self.refused += 1
        else:
            self.write(made)

    @precondition(lambda self: self.paper)
    @rule(source=picks)
    def allocate_oldest_first(self, source: int) -> None:
        key = self.pick(source, "payment", "credit_note")
        if key is not None:
            for made in actions.allocate_oldest_first(source=self.row(key), actor=build.ACTOR, now=self.now):
                self.write(made)

    @precondition(lambda self: self.paper)
    @rule(chosen=picks)
    def undo(self, chosen: int) -> None:
        rows = list(Allocation.objects.order_by("id"))
        if not rows:
            return
        try:
            made = actions.undo_allocation(
                allocation=rows[chosen % len(rows)], actor=build.ACTOR, now=self.now
            )
        except Refusal:
            self.refused += 1
        else:
            assert made.date == self.today
            self.write(made)

    @precondition(lambda self: self.paper)
    @rule(chosen=picks)
    def cancel_payment(self, chosen: int) -> None:
        key = self.pick(chosen, "payment")
        if key is None:
            return
        last = self.last_allocation_id()
        try:
            actions.cancel_payment(
                payment=Payment.objects.get(id=key[1]), reason="Impayé", actor=build.ACTOR, now=self.now
            )
        except Refusal:
            self.refused += 1
        else:
            self.write_after(last)
            self.paper[key].cancelled_on = self.today

    @precondition(lambda self: self.paper)
    @rule(chosen=picks)
    def cancel_invoice(self, chosen: int) -> None:
        key = self.pick(chosen, "invoice")
        if key is None:
            return
        last = self.last_allocation_id()
        try:
            note = actions.cancel_invoice(
                invoice=self.invoice(key),
                credit_note_number=f"AV-{key[1]}",
                reason="Doublon",
                actor=build.ACTOR,
                now=self.now,
            )
        except Refusal:
            self.refused += 1
        else:
            self.paper["credit_note", note.id] = PaperDocument(
                note.account_id, note.currency, self.today, note.gross_minor
            )
            self.write_after(last)

    @precondition(lambda self: self.paper)
    @rule(chosen=picks, amount=amounts, offset=offsets)
    def correct(self, chosen: int, amount: int, offset: int) -> None:
        key = self.pick(chosen, "invoice", "credit_note", "payment")
        if key is None:
            return
        day = self.today + dt.timedelta(days=offset)
        try:
            self.corrected(key, amount, day)
        except Refusal:
            self.refused += 1
        else:
            self.paper[key].amount, self.paper[key].date = amount, day

    def corrected(self, key: Key, amount: int, day: dt.date) -> None:
        row, currency = self.row(key), self.paper[key].currency
        if isinstance(row, Payment):
            actions.correct_payment(
                payment=row,
                details=PaymentDetails(
                    reference=row.reference, date=day, amount_minor=amount, currency=currency
                ),
                actor=build.ACTOR,
                now=self.now,
            )
        else:
            actions.correct_invoice(
                invoice=row,
                details=InvoiceDetails(
                    number=row.number,
                    issue_date=day,
                    due_date=day,
                    net_minor=amount,
                    vat_minor=0,
                    gross_minor=amount,
                    currency=currency,
                ),
                actor=build.ACTOR,
                now=self.now,
            )

    @invariant()
    def nothing_is_used_twice_on_any_day(self) -> None:
        for document in self.paper.values():
            for day in {document.date, *(date for date, _ in document.entries)}:
                assert 0 <= document.left(day) <= document.amount
                assert day <= self.today or day == document.date

    @invariant()
    def every_balance_of_any_day_is_that_of_the_paper(self) -> None:
        if not self.paper:
            return
        ids = [account.id for account in self.accounts]
        for day in (self.today, self.today - dt.timedelta(days=7), self.today - dt.timedelta(days=19)):
            read: dict[Key, int] = {}
            for rows in queries.open_invoices_of(EVERYTHING, ids, day).values():
                read.update({("invoice", row.id): row.remaining.minor for row in rows})
            for credits in queries.unused_credits_of(EVERYTHING, ids, day).values():
                read.update({(row.kind, row.id): row.remaining.minor for row in credits})
            assert read == {key: left for key, row in self.paper.items() if (left := row.left(day))}

    @invariant()
    def kept_figures_are_those_of_a_recomputation(self) -> None:
        bring_up_to_date(today=self.today)
        assert list(check(today=self.today).problems) == []
        assert check_months()[1] == []
        kept: dict[Key, int] = {("payment", row.id): row.remaining_minor for row in Payment.objects.all()}
        kept |= {(row.kind, row.id): row.remaining_minor for row in Invoice.objects.all()}
        in_the_end = dt.date(2100, 1, 1)
        assert kept == {key: row.left(in_the_end) for key, row in self.paper.items()}

    def pick(self, number: int, *kinds: str, like: Key | None = None) -> Key | None:
        wanted = self.paper[like] if like else None
        keys = [
            key
            for key, row in self.paper.items()
            if key[0] in kinds
            and (wanted is None or (row.account_id, row.currency) == (wanted.account_id, wanted.currency))
        ]
        return keys[number % len(keys)] if keys else None

    def row(self, key: Key) -> Payment | Invoice:
        return Payment.objects.get(id=key[1]) if key[0] == "payment" else self.invoice(key)

    def invoice(self, key: Key) -> Invoice:
        return Invoice.objects.get(id=key[1])

    def last_allocation_id(self) -> int:
        last = Allocation.objects.order_by("-id").first()
        return last.id if last else 0

    def write_after(self, last_id: int) -> None:
        for made in Allocation.objects.filter(id__gt=last_id).order_by("id"):
            self.write(made)

    def write(self, made: Allocation) -> None:
        source: Key = (
            ("payment", made.payment_id) if made.payment_id else ("credit_note", made.credit_note_id or 0)
        )
        for key in (source, ("invoice", made.invoice_id)):
            self.paper[key].entries.append((made.date, made.amount_minor))


@pytest.mark.django_db
def test_any_sequence_of_actions_keeps_every_balance_exact() -> None:
    profile = settings()
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            profile,
            max_examples=max(12, profile.max_examples // 4),
            stateful_step_count=25,
            phases=[Phase.reuse, Phase.generate],  # shrinking takes minutes; 25 steps can be read
        ),
    )
