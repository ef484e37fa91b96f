"""Issue a reminder of the story as a mass run would have, on the day that it tells."""

from __future__ import annotations

import datetime as dt

from encours.access.scopes import EVERYTHING
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.selection import Policy
from encours.dunning.mass import remind_all
from encours.dunning.models import MessageTemplate, Reminder
from encours.dunning.selecting import decide_accounts
from encours.parties.models import Account


def remind(*, account: Account, code: str, actor: Actor, now: dt.datetime) -> list[str]:
    """Remind an account of all that is overdue, once per template and account; return the new references."""
    run = f"demo:{code}"
    if Reminder.objects.filter(idempotency_key=f"{run}:{account.id}").exists():
        return []
    templates = list(MessageTemplate.objects.filter(code=code).select_related("severity").order_by("id"))
    policy = Policy(modes=(templates[0].mode,), not_reminded_days=0)
    decided = decide_accounts(
        EVERYTHING,
        policy,
        entity_codes=[account.entity.code],
        customer_codes=[account.customer.code],
        today=paris_date(now),
    )
    results = remind_all(
        decided,
        policy=policy,
        templates=templates,
        scope=EVERYTHING,
        actor=actor,
        clock=lambda: now,
        run=run,
    )
    return [result.reminder.reference for result in results if result.reminder is not None]
