"""What every test shares: how many examples Hypothesis tries (HYPOTHESIS_PROFILE=full tries many)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management.commands.flush import Command as Flush
from hypothesis import HealthCheck, settings

_LENIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]

KEPT = "_test_serialized_contents"
"""Where Django keeps aside what a new database holds."""

settings.register_profile("default", deadline=None, max_examples=40, suppress_health_check=_LENIENT)
settings.register_profile("full", deadline=None, max_examples=2_000, suppress_health_check=_LENIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what a new database holds kept aside for each test that commits."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and marker.kwargs.get("transaction"):
            kept = {**marker.kwargs, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(*marker.args, **kept), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Have every connection know what a new database holds: where a browser's loop runs, there is another."""
    from django.db import connections

    first = connections["default"]
    with pytest.MonkeyPatch.context() as patch:
        if KEPT in vars(first):
            patch.setattr(type(first), KEPT, vars(first)[KEPT], raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def flushing_lifts_what_the_database_forbids() -> Iterator[None]:
    """Let tests that commit empty the tables afterwards, as nobody else can, and leave what a new one has.

    For whatever runs next: a process that has no test left takes over those of another, in any order.
    """
    from django.db import connections

    from encours.append_only import lift_triggers, make_triggers, missing_triggers

    original = Flush.handle

    def flush(command: Flush, **options: Any) -> None:
        lift_triggers()
        original(command, **options)
        if options.get("inhibit_post_migrate"):  # at the end of a test
            connection = connections[options["database"]]
            connection.creation.deserialize_db_from_string(vars(type(connection))[KEPT])
        if missing_triggers():  # those of a test that has asked for no signal
            make_triggers()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flush, "handle", flush)
        yield
