"""Measure the account list as the server answers it: filters, cases, first, middle and deepest page.

Usage: python -m bench.account_list [RUNS]  (on a database that `encours seed` filled; nothing is changed
but a user «bench»). Writes Markdown rows: median, 95th percentile and number of queries of each page.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bench.setup import own_megabytes, signed_in, start
from bench.timing import time_it

if TYPE_CHECKING:
    from django.test import Client

    from encours.desk.filters import AccountFilter


def measure(runs: int) -> Iterator[str]:
    """Yield one row of the table per question."""
    from django.db.models import Max

    from encours.access.scopes import EVERYTHING
    from encours.desk.queries import list_accounts
    from encours.receivables.models import Invoice

    client = signed_in()
    newest = Invoice.objects.aggregate(day=Max("issue_date"))["day"]
    yield from ("| question | accounts | page | median ms | p95 ms | queries |", "|---|---|---|---|---|---|")
    for label, criteria in questions(newest):
        found = list_accounts(EVERYTHING, criteria, newest)
        pages = {"first": 1, "middle": (found.page_count + 1) // 2, "deepest": found.page_count}
        for place, number in pages.items():
            address = f"/?{criteria.on_page(number).to_query()}"
            yield _row(label, f"{found.total:,}", place, runs, partial(get, client, address))
    totals = f"/totaux/?{usual_filter(newest).to_query()}"
    yield _row("totals of the default filter", "all", "", runs, lambda: get(client, totals))
    for text in ("gara", "C0999", "béranger"):
        address = f"/clients/completion/?client={text}"
        yield _row(f"completion of «{text}»", "12", "", runs, partial(get, client, address))
    yield f"\nMemory of the process: {own_megabytes():.0f} MB."


def usual_filter(today: dt.date) -> AccountFilter:
    """Return what the list asks where nothing is asked, 25 accounts a page."""
    from encours.desk.filters import default_filter

    return default_filter(today, 25)


def questions(today: dt.date) -> Iterator[tuple[str, AccountFilter]]:
    """Yield what is asked of the list, each with its name."""
    from encours.desk.filters import Case

    usual = usual_filter(today)
    inside = replace(usual, from_month=(today.year - 2) * 12 + 2, to_month=(today.year - 2) * 12 + 7)
    yield "no period", replace(usual, from_month=None, to_month=None)
    for case in Case:
        yield f"this year, {case.value}", replace(usual, case=case)
    for case in Case:
        yield f"six months two years ago, {case.value}", replace(inside, case=case)
    yield "this year, client «garage»", replace(usual, client="garage")
    yield "this year, one entity", replace(usual, entity_codes=("CEVENNES",))
    yield "this year, 100 a page", replace(usual, per_page=100)
    yield "this year, 500 a page", replace(usual, per_page=500)


def _row(label: str, accounts: str, place: str, runs: int, ask: Callable[[], object]) -> str:
    found = time_it(ask, runs)
    return f"| {label} | {accounts} | {place} | {found.median:.0f} | {found.p95:.0f} | {found.queries} |"


def get(client: Client, address: str) -> None:
    """Ask for a page and take all of it, streamed or not."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    answer.getvalue()


if __name__ == "__main__":
    start()
    for line in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20):
        print(line, flush=True)
