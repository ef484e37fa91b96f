"""Issue reminders in a test as the command does, on the fixed day of tests.build."""

from __future__ import annotations

import datetime as dt

from encours.access.scopes import EVERYTHING
from encours.core.actors import Actor
from encours.core.days import month_number
from encours.core.selection import Policy
from encours.dunning.default_templates import SEVERITIES, default_templates
from encours.dunning.issuing.plan import Enclosures, Plan, Planner, mass_planner
from encours.dunning.issuing.reserve import Request, Reserved
from encours.dunning.issuing.run import issue
from encours.dunning.models import MessageTemplate, Reminder, Severity
from encours.dunning.situation import Situation
from encours.parties.models import Account, BillingEntity
from tests.build import ACTOR, NOW


def template(code: str, language: str = "fr") -> MessageTemplate:
    """Return a default template; it is made again where a test emptied the database."""
    for rank, name in SEVERITIES.items():
        Severity.objects.get_or_create(rank=rank, defaults={"name": name})
    text = next(row for row in default_templates() if (row.code, row.language) == (code, language))
    found, _ = MessageTemplate.objects.get_or_create(
        code=code,
        language=language,
        entity=None,
        defaults={
            "name": text.name,
            "mention": text.mention,
            "mode": text.mode,
            "severity_id": text.severity,
            "is_formal_notice": text.is_formal_notice,
            "subject": text.subject,
            "body": text.body,
        },
    )
    return found


def planner(code: str = "L1", *, days: int = 7, languages: tuple[str, ...] = ("fr", "en")) -> Planner:
    """Return the planner of a mass run with a default template."""
    templates = [template(code, language) for language in languages]
    return mass_planner(Policy(modes=(templates[0].mode,), not_reminded_days=days), templates)


def remind(
    *accounts: Account,
    code: str = "L1",
    days: int = 7,
    key: str = "run",
    actor: Actor = ACTOR,
    now: dt.datetime = NOW,
) -> Reserved:
    """Issue one reminder for each account that deserves one."""
    return issue(
        requests={row.id: Request(planner(code, days=days), f"{key}:{row.id}") for row in accounts},
        scope=EVERYTHING,
        actor=actor,
        clock=lambda: now,
    )


def remind_one(account: Account, code: str = "L1", key: str = "run", now: dt.datetime = NOW) -> Reminder:
    """Issue the one reminder of an account and return its row as the database has it."""
    (reminder,) = remind(account, code=code, key=key, now=now).reminders
    return Reminder.objects.get(id=reminder.id)


def chosen(code: str, **changes: object) -> Planner:
    """Return the planner of what a person chose: all open invoices unless told otherwise."""

    def plan(situation: Situation) -> Plan:
        row = template(code)
        this_month = month_number(situation.today)
        values: dict[str, object] = {
            "template": row,
            "mode": row.mode,
            "severity": row.severity,
            "invoices": situation.invoices,
            "enclosures": Enclosures("compte", this_month - 4, this_month),
            **changes,
        }
        return Plan(**values)  # type: ignore[arg-type]

    return plan


def issue_chosen(account: Account, code: str, key: str = "chosen", **changes: object) -> Reminder:
    """Issue what a person chose for an account."""
    result = issue(
        requests={account.id: Request(chosen(code, **changes), key)},
        scope=EVERYTHING,
        actor=ACTOR,
        clock=lambda: NOW,
    )
    (reminder,) = result.reminders
    return Reminder.objects.get(id=reminder.id)


def entity_template(entity: BillingEntity) -> MessageTemplate:
    """Return a template that one entity has for itself."""
    row = template("L1")
    row.pk, row.entity = None, entity
    row.save()
    return row
