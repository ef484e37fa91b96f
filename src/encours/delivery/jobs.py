"""Know the jobs that a worker does beside sending: the apps above register theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Clock = Callable[[], dt.datetime]
Job = Callable[[Clock], int]
"""Does one piece of work, a few seconds at most, and returns how much it was: 0 when there is none.

It may be called by several workers at once, and any of them may die in it.
"""

_jobs: list[Job] = []
_is_stopping: ContextVar[Callable[[], bool]] = ContextVar("is_stopping", default=lambda: False)


def register(job: Job) -> None:
    """Have every worker do a job from now on; registering it again changes nothing."""
    if job not in _jobs:
        _jobs.append(job)


def registered() -> tuple[Job, ...]:
    """Return the jobs in the order of their registration."""
    return tuple(_jobs)


@contextmanager
def ended_by(is_stopping: Callable[[], bool]) -> Iterator[None]:
    """Let the jobs done meanwhile in this context see when they are to end."""
    token = _is_stopping.set(is_stopping)
    try:
        yield
    finally:
        _is_stopping.reset(token)


def are_stopping() -> bool:
    """Tell a job of several steps whether to finish what it has begun and return."""
    return _is_stopping.get()()
