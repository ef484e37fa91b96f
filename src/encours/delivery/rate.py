"""Keep what leaves under the number of messages a minute that a mail server allows, over all workers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from encours.delivery.models import ServerPace

MINUTE = dt.timedelta(minutes=1)


def take(server: str, wanted: int, per_minute: int, now: dt.datetime) -> int:
    """Return how many of the wanted messages may leave a server now, and count them as gone.

    ``per_minute`` 0: no limit, and the database is not asked. One short transaction; every worker and every
    machine that shares the database counts in the same row. What is taken and not sent is lost: so much less
    leaves in that minute.
    """
    if wanted <= 0 or per_minute <= 0:
        return max(wanted, 0)
    name = server[:200]
    with transaction.atomic():
        ServerPace.objects.bulk_create([ServerPace(server=name, empty_at=now)], ignore_conflicts=True)
        pace = ServerPace.objects.select_for_update().get(server=name)
        taken, empty_at = poured(pace.empty_at, wanted, per_minute, now)
        if taken:
            ServerPace.objects.filter(server=name).update(empty_at=empty_at)
    return taken


def poured(empty_at: dt.datetime, wanted: int, per_minute: int, now: dt.datetime) -> tuple[int, dt.datetime]:
    """Return how many messages a leaking bucket still takes, and when it will then be empty.

    It holds a tenth of what a minute allows (one message at least) and leaks the rest over the minute, so
    that no sixty seconds, wherever they begin, see more than ``per_minute`` messages; a worker that looks
    every six seconds still sends nine tenths of them. A bucket fuller than full (the clock went back, the
    limit was lowered) counts as full.
    """
    depth = max(1, per_minute // 10)
    interval = _rounded_up(MINUTE, per_minute - depth + 1)
    full = depth * interval
    level = min(max(empty_at - now, dt.timedelta()), full)
    taken = min(wanted, (full - level) // interval)
    return taken, now + level + taken * interval


def _rounded_up(whole: dt.timedelta, parts: int) -> dt.timedelta:
    """Return a part of a duration, to the next microsecond: rounded down it would let one too many leave."""
    return -(-whole // parts)
