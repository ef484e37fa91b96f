"""Know the jobs that a worker does beside sending: the apps above register theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
Job = Callable[[Clock], int]
"""Does one piece of work, a few seconds at most, and returns how much it was: 0 when there is none.

It may be called by several workers at once, and any of them may die in it.
"""

_jobs: list[Job] = []


def register(job: Job) -> None:
    """Have every worker do a job from now on; registering it again changes nothing."""
    if job not in _jobs:
        _jobs.append(job)


def registered() -> tuple[Job, ...]:
    """Return the jobs in the order of their registration."""
    return tuple(_jobs)
