"""Remind late accounts month after month, as a credit controller would have done."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from itertools import count

from encours.desk.synthetic.ledger import AccountLedger, DraftInvoice

MONTHS = 14
"""How many months back reminders were made."""

_MAX_LINES = 40
_LEVELS = ((1, 3), (2, 3), (3, 4))


@dataclass(frozen=True, slots=True)
class DraftReminder:
    """One reminder of one account on some of its invoices, with what was left of each."""

    id: int
    account_id: int
    entity_index: int
    made_at: dt.datetime
    mode: str
    level: int
    severity: int
    delivery_state: str
    counts: bool
    lines: tuple[tuple[DraftInvoice, int], ...]
    currency: str


class ReminderWriter:
    """Writes the reminders of one account after the other."""

    def __init__(self, until: dt.date) -> None:
        self.until = until
        self._ids = count(1)

    def write(self, rng: random.Random, ledger: AccountLedger) -> list[DraftReminder]:
        """Return the account's reminders, oldest first, and count them on the invoices."""
        late = [invoice for invoice in ledger.invoices if invoice.kind == "invoice"]
        made: list[DraftReminder] = []
        if rng.random() < 0.15:
            return made
        for month in range(MONTHS, 0, -1):
            day = self.until - dt.timedelta(days=month * 30 - rng.randint(0, 25))
            asked = [invoice for invoice in late if _is_asked(invoice, day)][:_MAX_LINES]
            if asked and day <= self.until and rng.random() < 0.6:
                made.append(self._reminder(rng, ledger, day, asked, len(made)))
        return made

    def _reminder(
        self,
        rng: random.Random,
        ledger: AccountLedger,
        day: dt.date,
        asked: list[DraftInvoice],
        previous: int,
    ) -> DraftReminder:
        account = ledger.account
        level, severity = _LEVELS[min(previous, len(_LEVELS) - 1)]
        mode = "email" if account.customer.email and rng.random() < 0.85 else "letter"
        states = ("sent", "refused", "uncertain") if mode == "email" else ("printed", "to_print", "cancelled")
        state = rng.choices(states, (0.97, 0.02, 0.01))[0]
        counts = state not in ("refused", "cancelled")
        for invoice in asked:
            if counts:
                invoice.reminder_count += 1
                invoice.last_reminded_on = day
        return DraftReminder(
            id=next(self._ids),
            account_id=account.id,
            entity_index=account.entity_index,
            made_at=dt.datetime(
                day.year, day.month, day.day, rng.randint(7, 16), rng.randint(0, 59), tzinfo=dt.UTC
            ),
            mode=mode,
            level=level,
            severity=severity,
            delivery_state=state,
            counts=counts,
            lines=tuple((invoice, _left_on(ledger, invoice, day)) for invoice in asked),
            currency=account.currency,
        )


def _is_asked(invoice: DraftInvoice, day: dt.date) -> bool:
    is_late = invoice.due + dt.timedelta(days=7) < day
    return is_late and (invoice.settled_on is None or invoice.settled_on > day)


def _left_on(ledger: AccountLedger, invoice: DraftInvoice, day: dt.date) -> int:
    used = sum(a.amount for a in ledger.allocations if a.invoice_id == invoice.id and a.date <= day)
    return invoice.gross - used
