"""Know what one reminder is to be, once somebody or something has decided it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from encours.core.actors import Actor
from encours.core.days import month_number
from encours.core.errors import Refusal
from encours.core.selection import Left, Policy, decide
from encours.dunning.models import MessageTemplate, Mode, Severity
from encours.dunning.situation import Situation
from encours.dunning.texts import choose_template
from encours.receivables.queries import OpenInvoice
from encours.statements.documents.statement import COMPTE


@dataclass(frozen=True, slots=True)
class Enclosures:
    """What goes with the reminder: always a statement, of months year × 12 + month - 1."""

    statement_kind: str
    from_month: int
    to_month: int
    has_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A reminder that can be issued. ``subject`` and ``message`` are None where the template speaks.

    A text given by a person is filled like the template's. ``approved_by`` is who agreed to a formal notice.
    ``recipients`` is None for every address of the contact.
    """

    template: MessageTemplate
    mode: str
    severity: Severity
    invoices: tuple[OpenInvoice, ...]
    enclosures: Enclosures
    recipients: tuple[str, ...] | None = None
    copies: tuple[str, ...] = ()
    subject: str | None = None
    message: str | None = None
    approved_by: Actor | None = None


Planner = Callable[[Situation], Plan | Left]
"""Decides about one account from its situation; called again under the lock. It may raise Refusal."""


def default_enclosures(situation: Situation) -> Enclosures:
    """Return the statement proposed at first: from the oldest open invoice's month to this month."""
    this_month = month_number(situation.today)
    months = [month_number(invoice.issue_date) for invoice in situation.invoices]
    return Enclosures(COMPTE, min([*months, this_month]), this_month)


def mass_planner(policy: Policy, templates: Collection[MessageTemplate]) -> Planner:
    """Return the planner of a mass run: what core.selection decides, said by the template of its mode."""

    def plan(situation: Situation) -> Plan | Left:
        decision = decide(situation.facts(policy.modes), policy, situation.today)
        if isinstance(decision, Left):
            return decision
        return plan_by_template(situation, decision.mode, decision.invoice_ids, templates)

    return plan


def plan_by_template(
    situation: Situation, mode: str, invoice_ids: Collection[int], templates: Collection[MessageTemplate]
) -> Plan:
    """Return the reminder of these invoices as the template of that mode says it."""
    account = situation.account
    fitting = [row for row in templates if row.mode == mode]
    template = choose_template(fitting, entity_id=account.entity_id, language=account.customer.language)
    if template is None:  # every template of the mode is of other entities
        raise Refusal(_("Aucun modèle de mode «\u00a0%s\u00a0» ne sert cette entité.") % Mode(mode).label)
    wanted = set(invoice_ids)
    return Plan(
        template=template,
        mode=mode,
        severity=template.severity,
        invoices=tuple(invoice for invoice in situation.invoices if invoice.id in wanted),
        enclosures=default_enclosures(situation),
    )
