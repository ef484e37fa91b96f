"""Walk all addresses: what each answer asks of the browser, and that no form is taken without its token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from encours.access.models import Role
from encours.web.middleware import ASKED_OF_BROWSERS
from tests.access.test_every_address import PAGES, PATTERNS, address_of, client_of, least_role
from tests.access.world import World, kept_world, snapshot
from tests.promises.figures import record

pytestmark = pytest.mark.django_db

POLICY = {
    *("default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'"),
    *("form-action 'self'", "frame-ancestors 'none'"),
}
FIXED = {
    **{key: value for key, value in ASKED_OF_BROWSERS.items() if key != "Cache-Control"},
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
IN_A_PAGE_OF_OURS = {"receivables:invoice_pdf"}
SHOWN = {"text/html", "text/plain", "application/json"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), kept_world() as kept:
        yield kept


def check(name: str, answer: HttpResponseBase) -> None:
    """Assert all that an answer must say, whatever it is."""
    headers, media_type = answer.headers, answer.headers.get("Content-Type", "").partition(";")[0]
    is_pdf = media_type == "application/pdf"
    is_embedded = is_pdf and name in IN_A_PAGE_OF_OURS
    where = f"{name}: {answer.status_code} {media_type}"
    assert {key: headers.get(key) for key in FIXED} == FIXED, where
    assert {"no-store", "private"} <= set(headers["Cache-Control"].split(", ")), where
    assert headers["X-Frame-Options"] == ("SAMEORIGIN" if is_embedded else "DENY"), where
    embedder = "'self'" if is_embedded else "'none'"
    expected = {f"frame-ancestors {embedder}"} if is_pdf else POLICY
    assert set(headers["Content-Security-Policy"].split("; ")) == expected, where
    assert not any(key.startswith("Access-Control-") for key in headers), where
    disposition = headers.get("Content-Disposition", "")
    if is_pdf:
        assert disposition.startswith("inline; filename"), where
    elif media_type and media_type not in SHOWN:
        assert disposition.startswith("attachment; filename"), where
    for cookie in answer.cookies.values():
        assert (bool(cookie["httponly"]), cookie["samesite"], cookie["path"]) == (True, "Lax", "/"), where


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_answer_says_what_the_browser_must_not_do(name: str, world: World) -> None:
    page, client = PAGES[name], client_of(world, Role.ADMINISTRATOR)
    client.raise_request_exception = False
    address = address_of(name, page, world.own)
    check(name, client.get(address, page.query(world.own)))
    check(name, Client().get(address))
    check(name, client.put(address))
    if least_role(page, "POST") is not None:
        check(name, Client().post(address))


def test_every_post_without_its_token_is_403_and_changes_nothing(world: World) -> None:
    signed_in, taken = Client(enforce_csrf_checks=True), []
    posts = 0
    signed_in.force_login(world.users[Role.ADMINISTRATOR])
    signed_in.get(reverse("access:sign_in"))
    before = snapshot()
    for name in PATTERNS:
        page = PAGES[name]
        address, body = address_of(name, page, world.own), page.body(world.own)
        for client in (Client(enforce_csrf_checks=True), signed_in):
            for sent in (body, {**body, "csrfmiddlewaretoken": "x" * 64}):
                answer = client.post(address, sent)
                posts += 1
                if answer.status_code != 403 or b"Ce formulaire a expir" not in answer.content:
                    taken.append(f"{name}: {answer.status_code}")
    assert taken == []
    assert snapshot() == before
    record(addresses=len(PATTERNS), posts_without_their_token=posts, not_answered_by_403=0, rows_changed=0)


def test_no_address_is_excused_from_the_token_or_from_the_policy() -> None:
    for name, pattern in PATTERNS.items():
        assert not getattr(pattern.callback, "csrf_exempt", False), name
    assert "EXCLUDE_URL_PREFIXES" not in settings.CONTENT_SECURITY_POLICY
