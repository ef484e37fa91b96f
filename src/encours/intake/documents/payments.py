"""Import payments and their allocations: new ones are created, known ones must agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from encours.bulk import reserve_ids
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.intake.cells import Cells
from encours.intake.documents.payment_lines import LAYOUT, PaymentLine, gather, read_payment
from encours.intake.documents.payment_planning import PaymentPlanner, PlannedPayment, PlannedUse
from encours.intake.documents.payment_state import PaymentState, read_payment_state
from encours.intake.importing import Counts
from encours.intake.problems import Findings
from encours.parties.bulk import ensure_accounts
from encours.receivables.bulk import (
    NewAllocation,
    NewPayment,
    insert_allocations,
    insert_payments,
    lock_in_order,
    refresh,
)
from encours.receivables.models import Payment


@dataclass(slots=True)
class PaymentPlan:
    """The payments to create, the allocations to add, and what is in place already."""

    counts: Counts
    payments: list[PlannedPayment] = field(default_factory=list)
    uses: list[PlannedUse] = field(default_factory=list)

    def apply(self, *, actor: Actor, now: dt.datetime) -> None:
        """Write accounts, payments and allocations, then the figures of the accounts."""
        accounts = ensure_accounts(
            {(planned.entity_id, planned.customer_id) for planned in self.payments}
            | {(use.entity_id, use.customer_id) for use in self.uses}
        )
        ids = reserve_ids(Payment, len(self.payments))
        new_ids = {id(planned): number for planned, number in zip(self.payments, ids, strict=True)}
        insert_payments(
            (
                NewPayment(
                    new_ids[id(planned)], accounts[planned.entity_id, planned.customer_id], planned.details
                )
                for planned in self.payments
            ),
            now=now,
        )
        allocations = [
            NewAllocation(
                use.invoice_id,
                new_ids[id(use.payment)] if use.payment is not None else use.payment_id,
                use.credit_note_id,
                use.amount_minor,
                use.date,
            )
            for use in self.uses
        ]
        insert_allocations(allocations, author_name=actor.name, now=now)
        refresh(accounts.values(), today=paris_date(now))


class PaymentImporter:
    """Files of payments."""

    subject = "payments"
    layout = LAYOUT

    def parse(self, cells: Cells, today: dt.date, /) -> PaymentLine | None:
        """Return a row as a line; a payment is not dated later than today."""
        return read_payment(cells, today)

    def read_state(self, lines: Sequence[PaymentLine], /) -> PaymentState:
        """Return what the database knows of the lines."""
        return read_payment_state(lines)

    def lock(self, state: PaymentState, /) -> None:
        """Lock the known accounts."""
        lock_in_order(state.account_ids.values())

    def plan(
        self, lines: Sequence[PaymentLine], state: PaymentState, findings: Findings, *, today: dt.date
    ) -> PaymentPlan:
        """Return the payments and allocations to write."""
        planner = PaymentPlanner(state, findings, today)
        for line in lines:
            planner.check_line(line)
        for group in gather(lines, findings).values():
            planner.add(group)
        return PaymentPlan(planner.counts, planner.payments, planner.uses)
