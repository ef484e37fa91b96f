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


def is_throttled(counted: tuple[Counted, ...], *, now: dt.datetime) -> bool:
    """Tell whether one of the limits is reached within the window."""
    limits = {one.key: one.limit for one in counted}
    rows = SignInFailures.objects.filter(key__in=limits, window_started_at__gt=now - WINDOW)
    return any(row.count >= limits[row.key] for row in rows)


def note_failure(counted: tuple[Counted, ...], *, now: dt.datetime) -> None:
    """Count one failure; a window that has passed starts anew."""
    with transaction.atomic():
        SignInFailures.objects.filter(window_started_at__lte=now - WINDOW).delete()
        for one in counted:
            _row, is_new = SignInFailures.objects.get_or_create(
                key=one.key, defaults={"count": 1, "window_started_at": now}
            )
            if not is_new:
                SignInFailures.objects.filter(key=one.key).update(count=F("count") + 1)


def forget_failures(counted: tuple[Counted, ...]) -> None:
    """Forget the failures of the pair after a sign-in; those of the address and of the name run out."""
    SignInFailures.objects.filter(key=counted[0].key).delete()


def _key(*parts: str) -> str:
    """Return a digest: a password typed in the wrong field must not be kept in clear."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
