"""Decide again, under the lock, about one line of a mass reminder: only what was proposed can be said."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.money import Money, sum_by_currency
from encours.core.selection import EMAIL, Left, Reason, is_covered
from encours.dunning.issuing.plan import Plan, mass_planner, plan_by_template
from encours.dunning.models import MessageTemplate
from encours.dunning.runs.models import RunLine
from encours.dunning.runs.options import RunOptions
from encours.dunning.situation import Situation
from encours.receivables.queries import OpenInvoice


@dataclass(frozen=True, slots=True)
class LinePlanner:
    """Plans the reminder of one line; the proposal is a limit, never a promise.

    An invoice paid since is dropped, one that fell due since is not added, and one that somebody reminded
    since leaves the line out, whatever the delay asked for. Where a person wrote the text or chose the
    invoices, any change at all leaves the line out: what she read would no longer be true.
    """

    line: RunLine
    options: RunOptions
    templates: Collection[MessageTemplate]
    proposed_at: dt.datetime
    actor: Actor
    approver: Actor | None = None

    def __call__(self, situation: Situation) -> Plan | Left:
        """Return the plan of the reminder, or why the account is left out."""
        line, proposed = self.line, set(ids_of(self.line))
        moments = [moment for one in proposed if (moment := situation.reminded_at.get(one)) is not None]
        if moments and max(moments) >= self.proposed_at:
            return Left(line.account_id, Reason.RECENTLY_REMINDED, paris_date(max(moments)))
        if proposed.isdisjoint(invoice.id for invoice in situation.invoices):
            return Left(line.account_id, Reason.PAID)
        if line.is_edited:
            plan = self._plan_as_edited(situation)
        else:
            plan = mass_planner(self.options.policy((line.mode,)), self.templates)(situation)
        if isinstance(plan, Left):
            return plan
        invoices = tuple(invoice for invoice in plan.invoices if invoice.id in proposed)
        if not invoices:
            return Left(line.account_id, Reason.CHANGED)
        return self._finished(plan, invoices)

    def _plan_as_edited(self, situation: Situation) -> Plan | Left:
        """Plan what a person chose: any open invoice, due or not, as long as nothing forbids it now."""
        line, wanted = self.line, set(ids_of(self.line))
        chosen = [invoice for invoice in situation.invoices if invoice.id in wanted]
        totals = sum_by_currency(invoice.remaining for invoice in chosen)
        because = _obstacle(line, situation, chosen, totals)
        if because is not None:
            return Left(line.account_id, because)
        return plan_by_template(situation, line.mode, wanted, self.templates)

    def _finished(self, plan: Plan, invoices: tuple[OpenInvoice, ...]) -> Plan:
        edited = with_edits(plan, self.line, self.options, copy_to=self.actor.email)
        return replace(edited, invoices=invoices, approved_by=self.approver)


def with_edits(plan: Plan, line: RunLine, options: RunOptions, *, copy_to: str) -> Plan:
    """Return a plan with the recipients and the text that a person gave its line, and her copy if asked."""
    is_email = plan.mode == EMAIL
    return replace(
        plan,
        recipients=(tuple(line.own_recipients.split()) or None) if is_email else None,
        copies=(copy_to,) if is_email and options.has_copy and copy_to else (),
        subject=line.subject if line.has_own_text else None,
        message=line.message if line.has_own_text else None,
    )


def ids_of(line: RunLine) -> list[int]:
    """Return the invoices of a line, oldest due date first."""
    return [int(number) for number in line.invoice_ids.split()]


def totals_of(line: RunLine) -> dict[str, int]:
    """Return what a line asks for, in minor units by currency."""
    if not line.currency:
        return {}
    others = json.loads(line.other_totals) if line.other_totals else {}
    return {line.currency: line.total_minor, **others}


def _obstacle(
    line: RunLine, situation: Situation, chosen: list[OpenInvoice], totals: dict[str, Money]
) -> Reason | None:
    """Return why what a person chose cannot be said any more."""
    facts = situation.facts((line.mode,))
    has_address = facts.has_postal_address if line.mode != EMAIL else facts.has_email or line.own_recipients
    is_as_read = {code: total.minor for code, total in totals.items()} == totals_of(line)
    if not facts.is_active:
        return Reason.INACTIVE
    if not facts.is_entity_complete:
        return Reason.ENTITY_INCOMPLETE
    if not is_as_read or len(chosen) != line.invoice_count or any(invoice.hold for invoice in chosen):
        return Reason.CHANGED
    if is_covered(totals, facts.unused_credits) and not line.has_credit:
        return Reason.COVERED_BY_CREDIT
    if not has_address:
        return Reason.NO_EMAIL if line.mode == EMAIL else Reason.NO_POSTAL_ADDRESS
    return None
