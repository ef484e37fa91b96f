"""Walk all addresses × roles × entities × methods: a missing right is 403, another entity's object 404.

An address without an expectation fails: see tests/access/expectations/__init__.py for how to add its line.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from encours.access.models import Role
from encours.access.rights import RANKS
from tests.access.expectations import Page, all_pages, nothing
from tests.access.world import Side, World, kept_world, snapshot

pytestmark = pytest.mark.django_db

PAGES = all_pages()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ACCEPTED = {200, 201, 202, 204, 301, 302, 303, 409, 422}


def named_patterns(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Yield every address with its name, the namespaces included."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from named_patterns(entry.url_patterns, inner)
        else:
            yield f"{prefix}{entry.name or entry.pattern}", entry


PATTERNS = dict(named_patterns())


def send(client: Client, method: str, address: str, page: Page, side: Side) -> int:
    """Return the status of one request, whose effects are rolled back."""
    sent = page.query(side) if method == "GET" else page.body(side)
    with transaction.atomic():
        answer = client.generic(method, address) if method not in {"GET", "POST"} else None
        if answer is None:
            answer = client.get(address, sent) if method == "GET" else client.post(address, sent)
        transaction.set_rollback(True)
    return int(answer.status_code)


def address_of(name: str, page: Page, side: Side) -> str:
    return reverse(name, kwargs=dict(page.args(side)) or None)


def client_of(world: World, role: Role) -> Client:
    client = Client()
    client.force_login(world.users[role])
    return client


def least_role(page: Page, method: str) -> Role | None:
    return {"GET": page.get, "POST": page.post}.get(method)


def is_enough(role: Role, needed: Role) -> bool:
    return RANKS[role] >= RANKS[needed]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), kept_world() as kept:
        yield kept


def test_every_address_has_an_expectation_and_every_expectation_an_address() -> None:
    missing = sorted(PATTERNS.keys() - PAGES.keys())
    assert not missing, (
        f"no expectation for {missing}: add a line for each in tests/access/expectations/<app>.py"
    )
    assert not sorted(PAGES.keys() - PATTERNS.keys())


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_view_says_who_may_run_it(name: str) -> None:
    view = PATTERNS[name].callback
    is_public, role = getattr(view, "is_public", False), getattr(view, "required_role", None)
    assert is_public or role is not None, f"{name}: decorate the view with @requires(Role.…)"
    if name in PAGES:
        assert is_public == PAGES[name].is_public


@pytest.mark.parametrize("name", sorted(name for name, page in PAGES.items() if not page.is_public))
def test_nobody_gets_anything_without_signing_in(name: str, world: World) -> None:
    page, before = PAGES[name], snapshot()
    address = address_of(name, page, world.own)
    assert send(Client(), "GET", address, page, world.own) == 302
    assert send(Client(), "POST", address, page, world.own) == 401
    assert Client(headers={"HX-Request": "true"}).get(address).status_code == 401
    assert snapshot() == before


@pytest.mark.parametrize("name", sorted(name for name, page in PAGES.items() if not page.is_public))
def test_each_role_gets_what_is_his_and_nothing_else(name: str, world: World) -> None:
    page = PAGES[name]
    clients = {role: client_of(world, role) for role in Role}
    before = snapshot()
    for role, client in clients.items():
        for method in METHODS:
            _check(role, client, method, page, name, world)
    assert snapshot() == before


def _check(role: Role, client: Client, method: str, page: Page, name: str, world: World) -> None:
    own, other = (address_of(name, page, side) for side in (world.own, world.other))
    needed = least_role(page, method)
    status = send(client, method, own, page, world.own)
    told = f"{role}: {method} {own}: {status}"
    if needed is None:
        assert status in {403, 405}, told
    elif not is_enough(role, needed):
        assert status == 403, told
    elif page.is_of_another:
        assert status == 404, told
    else:
        assert status in ACCEPTED, told
        _check_the_other_side(client, method, page, (own, other), world)


def _check_the_other_side(
    client: Client, method: str, page: Page, addresses: tuple[str, str], world: World
) -> None:
    own, other = addresses
    if page.names_an_object:
        assert send(client, method, other, page, world.own) == 404, f"{method} {other}"
    swapped = page.body if method == "POST" else page.query
    if swapped is not nothing and not page.is_personal:
        assert send(client, method, own, page, world.other) == 404, f"{method} {own} with another's ids"
