"""Slow down who guesses passwords: failures are counted in the database, so that every process sees them."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from encours.access.models import SignInFailures

WINDOW = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing whose failures are counted, and how many are allowed within the window."""

    key: str
    limit: int


def counted_for(*, username: str, address: str) -> tuple[Counted, ...]:
    """Return what a try counts against: this name from this address, then each of them alone."""
    name = username.strip().casefold()
    return (
        Counted(_key("pair", address, name), 5),
        Counted(_key("address", address), 50),
        Counted(_key("name", name), 50),
    )


def counted_for_code(*, user_id: int) -> tuple[Counted, ...]:
    """Return what a try of a second factor counts against: whose it is, wherever it comes from."""
    return (Counted(_key("code", str(user_id)), 5),)


def spend_try(counted: tuple[Counted, ...], *, now: dt.datetime) -> bool:
    """Count one try, before anything is compared; tell whether it is still allowed within the window.

    A try that one key refuses counts against no wider one: who is slowed down locks nobody out elsewhere.
    """
    with transaction.atomic():
        SignInFailures.objects.filter(window_started_at__lte=now - WINDOW).delete()
        return all(_is_within(one, now) for one in counted)


def forgive_try(counted: tuple[Counted, ...]) -> None:
    """Take back a try that succeeded: the first key is forgotten, the wider ones keep their failures."""
    first, *wider = (one.key for one in counted)
    with transaction.atomic():
        SignInFailures.objects.filter(key=first).delete()
        SignInFailures.objects.filter(key__in=wider, count__gt=0).update(count=F("count") - 1)


def _is_within(one: Counted, now: dt.datetime) -> bool:
    SignInFailures.objects.get_or_create(key=one.key, defaults={"window_started_at": now})
    rows = SignInFailures.objects.filter(key=one.key)
    rows.update(count=F("count") + 1)
    return rows.get().count <= one.limit


def _key(*parts: str) -> str:
    """Return a digest: a password typed in the wrong field must not be kept in clear."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
