"""Ask the questions of one kind of a filled database, and print each with its measure as a line of JSON.

Usage: python -m bench.questions KIND RUNS. KIND: list, long, completion, reminder, dashboard, payment.
Reminders leave drafts of a user «bench»; each payment of a cent stays, commit included.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING
from unittest import mock

from bench.account_list import get, questions, usual_filter
from bench.completion import KINDS, SEED
from bench.setup import signed_in, start
from bench.timing import time_it

if TYPE_CHECKING:
    from django.test import Client

Asked = tuple[str, float, Callable[[], object]]
"""What is asked, within how many milliseconds its 95th percentile is to be, and how."""
FIRST_BYTES = 50_000
DRAWN = 60
"""Among how many accounts, texts or payments a question goes round, so that no cache answers for it."""


def ask_list(today: dt.date) -> Iterator[Asked]:
    """Ask for 25 accounts: first, middle and deepest page of each filter."""
    from encours.access.scopes import EVERYTHING
    from encours.desk.filters import Age
    from encours.desk.queries import list_accounts

    client = signed_in()
    late = replace(usual_filter(today), age=Age.OVER_90)
    for label, criteria in [*questions(today), ("this year, later than 90 days", late)]:
        if criteria.per_page != 25:
            continue
        last = list_accounts(EVERYTHING, criteria, today).page_count
        for place, number, aim in (
            ("first", 1, 100),
            ("middle", (last + 1) // 2, 100),
            ("deepest", last, 200),
        ):
            address = f"/?{criteria.on_page(number).to_query()}"
            yield f"list of 25, {label}, {place}", aim, partial(get, client, address)
    totals = f"/totaux/?{usual_filter(today).to_query()}"
    yield "totals of the list, default filter", 300, lambda: get(client, totals)


def ask_long(today: dt.date) -> Iterator[Asked]:
    """Ask for 500 accounts, all of the body and its beginning."""
    client = signed_in()
    address = f"/?{replace(usual_filter(today), per_page=500).to_query()}"
    yield "list of 500, whole", 700, lambda: get(client, address)
    yield "list of 500, first 50 kB", 200, lambda: _beginning(client.get(address))


def _beginning(answer: object) -> None:
    taken, pieces = 0, iter(answer)  # type: ignore[call-overload]
    while taken < FIRST_BYTES:
        taken += len(next(pieces, b" " * FIRST_BYTES))
    answer.close()  # type: ignore[attr-defined]


def ask_completion(_today: dt.date) -> Iterator[Asked]:
    """Ask for customers by each kind of text, another each time."""
    from encours.parties.models import Customer

    client, rng = signed_in(), random.Random(SEED)
    names = list(Customer.objects.values_list("search_name", flat=True))
    for kind, draw in KINDS.items():
        texts = itertools.cycle([draw(rng, rng.choice(names)) for _ in range(DRAWN)])
        yield f"completion, {kind}", 15, partial(_complete, client, texts)


def _complete(client: object, texts: Iterator[str]) -> None:
    text = next(texts)
    answer = client.get("/clients/completion/", {"client": text})  # type: ignore[attr-defined]
    if answer.status_code != 200:
        raise SystemExit(f"completion of {text!r}: {answer.status_code}")


def ask_reminder(today: dt.date) -> Iterator[Asked]:
    """Ask for both steps, with a page and its preview in place of which nothing is drawn, then whole."""
    from django.http import HttpResponse

    from bench.people import accounts_to_remind
    from encours.dunning.composing import Preview
    from encours.dunning.views import wizard

    client = signed_in()
    accounts = accounts_to_remind(DRAWN, today)
    for one in accounts:
        answer = client.post(one.reminder, {"modele": one.template, "factures": list(one.invoices)})
        if answer.status_code != 302:
            raise SystemExit(f"{one.reminder}: {answer.status_code}")
    first = itertools.cycle(one.reminder for one in accounts)
    second = itertools.cycle(f"{one.reminder}?etape=2" for one in accounts)
    with (
        mock.patch.object(wizard, "render", return_value=HttpResponse()),
        mock.patch.object(wizard, "preview", return_value=Preview()),
    ):
        yield "step 1 of a reminder, without drawing", 60, lambda: get(client, next(first))
        yield "step 2 of a reminder, without drawing", 60, lambda: get(client, next(second))
    yield "step 1 of a reminder, its page", 0, lambda: get(client, next(first))
    yield "step 2 of a reminder, its page and preview", 0, lambda: get(client, next(second))


def ask_dashboard(_today: dt.date) -> Iterator[Asked]:
    """Ask for the page, each panel, and all of them one after the other."""
    from encours.desk.dashboard.panels import PANELS

    client = signed_in()
    addresses = ["/tableau-de-bord/", *(f"/tableau-de-bord/{name}/" for name in PANELS)]
    for address in addresses:
        yield f"dashboard, {address.strip('/')}", 300, partial(get, client, address)
    yield "dashboard, page and panels", 300, partial(_get_all, client, addresses)


def _get_all(client: Client, addresses: Sequence[str]) -> None:
    for address in addresses:
        get(client, address)


def ask_payment(today: dt.date) -> Iterator[Asked]:
    """Record a payment of a cent and allocate it to the oldest invoice, on another account each time."""
    from django.utils import timezone

    from bench.people import accounts_to_remind
    from encours.core.actors import COMMAND_LINE
    from encours.parties.models import Account
    from encours.receivables.actions import receive_payment
    from encours.receivables.details import PaymentDetails
    from encours.receivables.models import Invoice

    series = secrets.token_hex(4)
    drawn = accounts_to_remind(DRAWN, today)
    rows = Account.objects.select_related("entity", "customer").in_bulk([one.account for one in drawn])
    invoices = Invoice.objects.in_bulk([one.invoices[0] for one in drawn])
    turns = itertools.cycle(drawn)
    numbers = itertools.count()

    def pay() -> None:
        one = next(turns)
        invoice = invoices[one.invoices[0]]
        details = PaymentDetails(
            reference=f"BENCH-{series}-{next(numbers)}",
            date=today,
            amount_minor=1,
            currency=invoice.currency,
        )
        receive_payment(
            account=rows[one.account],
            details=details,
            parts={invoice.pk: 1},
            actor=COMMAND_LINE,
            now=timezone.now(),
        )

    yield "recording and allocating a payment", 20, pay


ASKED: dict[str, Callable[[dt.date], Iterator[Asked]]] = {
    "list": ask_list,
    "long": ask_long,
    "completion": ask_completion,
    "reminder": ask_reminder,
    "dashboard": ask_dashboard,
    "payment": ask_payment,
}


def measure(kind: str, runs: int) -> Iterator[str]:
    """Yield a line of JSON for each question of a kind."""
    from django.utils import timezone

    from encours.core.days import paris_date

    for label, aim, ask in ASKED[kind](paris_date(timezone.now())):
        yield json.dumps({"label": label, "aim": aim, **asdict(time_it(ask, runs))})


if __name__ == "__main__":
    start()
    began = time.monotonic()
    for line in measure(sys.argv[1], int(sys.argv[2])):
        print(line, flush=True)
    print(f"{sys.argv[1]}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
