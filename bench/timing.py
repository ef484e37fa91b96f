"""Measure a question asked again and again: median, 95th percentile, and how many queries it takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

WARM_UP = 2


@dataclass(frozen=True, slots=True)
class Timing:
    """What was measured, in milliseconds; ``processor`` is the median processor time of this process."""

    median: float
    p95: float
    processor: float
    runs: int
    queries: int


def percentile_95(times: list[float]) -> float:
    """Return the 95th percentile, interpolated between what was measured and never beyond it."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def time_it(ask: Callable[[], object], runs: int) -> Timing:
    """Ask to warm up, ask once to count the queries, then so many times by the clock."""
    from django.db import connection

    for _ in range(WARM_UP):
        ask()
    queries: list[str] = []

    def note(execute: Callable[..., object], sql: str, *arguments: object) -> object:
        queries.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(note):
        ask()
    times, used = [], []
    for _ in range(runs):
        began, used_before = time.perf_counter(), time.process_time()
        ask()
        times.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - used_before) * 1000)
    return Timing(statistics.median(times), percentile_95(times), statistics.median(used), runs, len(queries))
