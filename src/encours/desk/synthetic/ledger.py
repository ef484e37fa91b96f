"""Write the invoices, credit notes, payments and allocations of one account as they could have happened."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from itertools import count

from encours.core.currencies import decimals_of
from encours.desk.synthetic.people import SyntheticAccount

YEARS = 5
"""How far back the oldest invoice goes."""

_SCALE = {"EUR": 1, "TND": 3, "JPY": 160}
_VAT_PER_MILLE = {"EUR": (200, 200, 200, 100, 55, 0), "TND": (190, 190, 70), "JPY": (100,)}
_TERMS_DAYS = (30, 30, 30, 45, 60)


@dataclass(slots=True)
class DraftInvoice:
    """An invoice or credit note being settled and reminded; amounts in minor units."""

    id: int
    kind: str
    issued: dt.date
    due: dt.date
    net: int
    vat: int
    remaining: int
    settled_on: dt.date | None = None
    reminder_count: int = 0
    last_reminded_on: dt.date | None = None

    @property
    def gross(self) -> int:
        """Return what was asked or given back."""
        return self.net + self.vat


@dataclass(slots=True)
class DraftPayment:
    """A payment: its amount grows while invoices are added to it."""

    id: int
    date: dt.date
    amount: int
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class DraftAllocation:
    """Part of a payment or credit note against an invoice."""

    invoice_id: int
    payment_id: int | None
    credit_note_id: int | None
    amount: int
    date: dt.date


@dataclass(slots=True)
class AccountLedger:
    """The documents of one account."""

    account: SyntheticAccount
    invoices: list[DraftInvoice] = field(default_factory=list)
    payments: list[DraftPayment] = field(default_factory=list)
    allocations: list[DraftAllocation] = field(default_factory=list)


class LedgerWriter:
    """Writes one account after the other, giving ids in order; nothing is dated after ``until``."""

    def __init__(self, until: dt.date) -> None:
        self.until = until
        self._invoice_ids = count(1)
        self._payment_ids = count(1)

    def write(self, rng: random.Random, account: SyntheticAccount, invoice_count: int) -> AccountLedger:
        """Return the documents of an account that received so many invoices."""
        ledger = AccountLedger(account)
        monthly: dict[tuple[int, int], DraftPayment] = {}
        span = YEARS * 365
        first = rng.randint(0, span * 2 // 3)
        days = sorted(int(first + (span - first) * rng.random() ** 0.8) for _ in range(invoice_count))
        for day in days:
            issued = self.until - dt.timedelta(days=span - day)
            invoice = self._invoice(rng, ledger, "invoice", issued, _amount(rng, account.currency))
            if rng.random() < 0.03:
                self._credit(rng, ledger, invoice)
            self._settle(rng, ledger, invoice, monthly)
        if rng.random() < 0.015:
            self._stray_payment(rng, ledger)
        return ledger

    def _invoice(
        self, rng: random.Random, ledger: AccountLedger, kind: str, issued: dt.date, net: int
    ) -> DraftInvoice:
        vat = net * rng.choice(_VAT_PER_MILLE[ledger.account.currency]) // 1000
        term = 0 if kind == "credit_note" else rng.choice(_TERMS_DAYS)
        due = issued + dt.timedelta(days=term)
        invoice = DraftInvoice(next(self._invoice_ids), kind, issued, due, net, vat, net + vat)
        ledger.invoices.append(invoice)
        return invoice

    def _credit(self, rng: random.Random, ledger: AccountLedger, invoice: DraftInvoice) -> None:
        issued = invoice.issued + dt.timedelta(days=rng.randint(3, 40))
        if issued > self.until:
            return
        net = max(1, invoice.net * rng.choice((10, 25, 50, 100)) // 100)
        credit = self._invoice(rng, ledger, "credit_note", issued, net)
        amount = min(credit.remaining, invoice.remaining)
        if rng.random() < 0.85:
            ledger.allocations.append(DraftAllocation(invoice.id, None, credit.id, amount, issued))
            credit.remaining -= amount
            invoice.remaining -= amount
            invoice.settled_on = issued if not invoice.remaining else None

    def _settle(
        self,
        rng: random.Random,
        ledger: AccountLedger,
        invoice: DraftInvoice,
        monthly: dict[tuple[int, int], DraftPayment],
    ) -> None:
        habit = ledger.account.habit
        if not invoice.remaining or rng.random() < habit.never:
            return
        delay = round(rng.gauss(habit.mean_days, habit.spread_days))
        paid_on = max(invoice.issued, invoice.due + dt.timedelta(days=delay))
        if rng.random() < 0.04 and invoice.remaining > 1:
            self._pay(ledger, invoice, invoice.remaining * rng.randint(20, 80) // 100, paid_on, {})
            paid_on += dt.timedelta(days=rng.randint(20, 90))
            if rng.random() < 0.3:
                return
        self._pay(ledger, invoice, invoice.remaining, paid_on, monthly if ledger.account.pays_monthly else {})

    def _pay(
        self,
        ledger: AccountLedger,
        invoice: DraftInvoice,
        amount: int,
        day: dt.date,
        monthly: dict[tuple[int, int], DraftPayment],
    ) -> None:
        month = (day.year, day.month)
        payment = monthly.get(month)
        if payment is not None:
            day = max(payment.date, invoice.issued)
        if day > self.until or not amount:
            return
        if payment is None:
            payment = monthly[month] = DraftPayment(next(self._payment_ids), day, 0)
            ledger.payments.append(payment)
        payment.amount += amount
        invoice.remaining -= amount
        invoice.settled_on = day if not invoice.remaining else None
        ledger.allocations.append(DraftAllocation(invoice.id, payment.id, None, amount, day))

    def _stray_payment(self, rng: random.Random, ledger: AccountLedger) -> None:
        day = self.until - dt.timedelta(days=rng.randint(0, 300))
        amount = _amount(rng, ledger.account.currency)
        ledger.payments.append(DraftPayment(next(self._payment_ids), day, amount, amount))


def _amount(rng: random.Random, currency: str) -> int:
    """Return a log-normal net amount in minor units: half of them below about 650 EUR."""
    units = rng.lognormvariate(6.5, 1.25) * _SCALE[currency]
    return max(1, int(units * 10.0 ** decimals_of(currency)))
