"""Make the people of a measurement and draw accounts for them.

Usage: python -m bench.people USERS ACCOUNTS  (prints JSON)
"""

from __future__ import annotations

import datetime as dt
import json
import random
import secrets
import string
import sys
from dataclasses import asdict, dataclass

from bench.setup import signed_in, start

SEED = 20241124
TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Remindable:
    """An account that owes, with what step 1 of its reminder would propose."""

    account: int
    template: int
    invoices: tuple[int, ...]

    @property
    def reminder(self) -> str:
        """Return the address of its reminder."""
        return f"/comptes/{self.account}/relance/"


def accounts_to_remind(count: int, today: dt.date) -> list[Remindable]:
    """Draw accounts that can be reminded today, the same each time on the same data."""
    from encours.access.scopes import EVERYTHING
    from encours.dunning.situation import read_situations
    from encours.dunning.wizard import mode_choices, proposed_invoices, proposed_template
    from encours.parties.models import Account

    owing = list(Account.objects.filter(open_invoice_count__gt=0).order_by("id").values_list("id", flat=True))
    drawn = random.Random(SEED).sample(owing, min(len(owing), count * 4))
    found = []
    for account_id, situation in read_situations(EVERYTHING, drawn, today).items():
        template = proposed_template(situation, mode_choices(situation, may_issue_notices=False))
        invoices = proposed_invoices(situation)
        if template is not None and invoices:
            found.append(Remindable(account_id, template.pk, invoices))
    return found[:count]


def make(users: int, accounts: int) -> dict[str, object]:
    """Return what the browsers of so many collectors hold, and accounts for them."""
    from django.conf import settings
    from django.utils import timezone

    from encours.core.days import paris_date
    from encours.receivables.models import Invoice

    letters = string.ascii_letters + string.digits
    sessions = [
        {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.CSRF_COOKIE_NAME: "".join(secrets.choice(letters) for _ in range(TOKEN_LENGTH)),
        }
        for client in (signed_in(f"bench-{number}") for number in range(users))
    ]
    today = paris_date(timezone.now())
    drawn = accounts_to_remind(accounts, today)
    currencies = dict(
        Invoice.objects.filter(id__in=[one.invoices[0] for one in drawn]).values_list("id", "currency")
    )
    return {
        "sessions": sessions,
        "token_name": settings.CSRF_COOKIE_NAME,
        "accounts": [
            {**asdict(one), "currency": currencies[one.invoices[0]], "today": today.isoformat()}
            for one in drawn
        ],
    }


if __name__ == "__main__":
    start()
    print(json.dumps(make(int(sys.argv[1]), int(sys.argv[2]))))
