"""No request makes an address fail, and what answers in JSON does so as it is described (schemathesis)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoDbBlocker

from encours.access.models import Role
from tests.access.test_every_address import PAGES, PATTERNS, client_of
from tests.access.world import World, kept_world
from tests.promises.figures import record, size
from tests.promises.openapi import JSON_ENDPOINTS, describe

pytestmark = [pytest.mark.promise, pytest.mark.django_db]

FORM = "application/x-www-form-urlencoded"
EXAMPLES = size(reduced=2, full=200)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), kept_world() as kept:
        yield kept


def ask(client: Client, case: Any) -> Any:
    """Send one request that schemathesis drew; undo what it did."""
    with transaction.atomic():
        sent = urlencode({k: str(v) for k, v in case.body.items()} if isinstance(case.body, dict) else {})
        query = {name: str(value) for name, value in dict(case.query or {}).items()}
        address = case.formatted_path
        answer = client.get(address, query) if case.method == "GET" else client.post(address, sent, FORM)
        transaction.set_rollback(True)
    return answer


def try_operation(operation: Any, client: Client, statuses: Counter[int]) -> None:
    """Send what schemathesis draws for one address and method; assert that each answer is as described."""
    from jsonschema import validate  # type: ignore[import-untyped]  # here: it takes seconds to load

    described = JSON_ENDPOINTS.get(operation.definition.raw["operationId"].rpartition("-")[0], {})

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def never_fails(case: Any) -> None:
        answer = ask(client, case)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (case.method, case.formatted_path, case.query, case.body)
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        assert is_json == bool(described), "describe it in tests/promises/openapi.py"
        if is_json:
            validate(answer.json(), described[str(answer.status_code)])

    never_fails()


def test_no_request_makes_an_address_fail(world: World) -> None:
    import schemathesis  # here: every process that collects the tests would load it

    schema = schemathesis.openapi.from_dict(describe(PATTERNS, PAGES))
    client, statuses = client_of(world, Role.ADMINISTRATOR), Counter[int]()
    client.raise_request_exception = False
    operations = [cast("Any", found).ok() for found in schema.get_all_operations()]
    operations.sort(key=lambda one: "healthz" not in one.path)
    for operation in operations[:: size(reduced=12, full=1)]:
        try_operation(operation, client, statuses)
    record(
        operations=len(operations),
        json_endpoints=len(JSON_ENDPOINTS),
        requests=statuses.total(),
        errors_5xx=sum(count for status, count in statuses.items() if status >= 500),
    )
