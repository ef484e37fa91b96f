"""Start Django for a measurement, and say how much memory the process took."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client


def start() -> None:
    """Set Django up on the settings of an installed Encours."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.production")
    django.setup()


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Give the statements that are sent to the database meanwhile, one for all rows of the same."""
    from django.db import connection

    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def own_megabytes() -> float:
    """Return the memory that is this process's own now: the pages of a mapped database file are not."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return peak_megabytes()


def peak_megabytes() -> float:
    """Return the largest memory that the process took, mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def signed_in(username: str = "bench", entity_code: str | None = None) -> Client:
    """Return a client of a collector who sees all entities or one, made where there is none of this name."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from encours.access.actions import create_user
    from encours.access.models import Role, User
    from encours.core.actors import SYSTEM
    from encours.parties.models import BillingEntity

    user = User.objects.filter(username=username).first() or create_user(
        username=username,
        full_name="Bench",
        role=Role.COLLECTOR,
        sees_all_entities=entity_code is None,
        entity_ids=list(BillingEntity.objects.filter(code=entity_code).values_list("id", flat=True)),
        actor=SYSTEM,
        now=timezone.now(),
    )
    if "testserver" not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client = Client()
    client.force_login(user)
    return client
