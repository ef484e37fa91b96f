"""Each page that is open all day makes as many queries for a long ledger as for a short one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from encours.parties.models import Account
from tests import build
from tests.desk.pages import signed_in, user

pytestmark = pytest.mark.django_db

PAGES = {
    "/?cas=en_attente": 15,
    "/totaux/": 8,
    "/clients/completion/?client=zouave": 4,
    "/tableau-de-bord/": 7,
    "/tableau-de-bord/balance-agee/": 7,
    "/tableau-de-bord/evolution/": 9,
    "/tableau-de-bord/effet-des-relances/": 7,
    "/tableau-de-bord/plus-gros-encours/": 8,
    "/comptes/{account}/": 12,
    "/comptes/{account}/encours/": 9,
    "/comptes/{account}/relance/": 16,
    "/comptes/{account}/reglements/nouveau/": 7,
}
"""How many queries each page makes, those of the session and of the user included."""


def counted(client: Client, account: Account) -> dict[str, int]:
    counts = {}
    for page in PAGES:
        address = page.format(account=account.id)
        assert client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as queries:
            client.get(address).getvalue()
        counts[page] = len(queries)
    return counts


def test_a_page_makes_as_many_queries_for_a_long_ledger_as_for_a_short_one() -> None:
    client = signed_in(user())
    account = build.account()
    for _ in range(2):
        build.allocation(build.payment(account, amount=1_000), build.invoice(account))
    short = counted(client, account)
    for number in range(12):
        other = build.account(build.customer(f"CLI{number:03}"))
        build.invoice(other)
        build.allocation(build.payment(account, amount=1_000), build.invoice(account))
    assert counted(client, account) == short
    assert short == PAGES
