"""Give, as a job of every worker, a sign of life that `encours doctor` and the other machines can read."""

from __future__ import annotations

import datetime as dt

from encours.delivery import leases
from encours.delivery.jobs import Clock
from encours.operations.models import WorkerSign

BEAT = dt.timedelta(seconds=30)
FORGOTTEN_AFTER = dt.timedelta(days=7)

_last_beats: dict[str, dt.datetime] = {}


def beat(clock: Clock) -> int:
    """Write that this process lives, at most every thirty seconds; it never counts as work."""
    now, owner = clock(), leases.this_process()
    last = _last_beats.get(owner)
    if last is not None and last <= now < last + BEAT:
        return 0
    if not WorkerSign.objects.filter(owner=owner).update(last_seen_at=now):
        WorkerSign.objects.filter(last_seen_at__lt=now - FORGOTTEN_AFTER).delete()
        WorkerSign.objects.create(owner=owner, first_seen_at=now, last_seen_at=now)
    _last_beats[owner] = now
    return 0
