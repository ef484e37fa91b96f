"""No more messages a minute leave than the server allows, over all workers, and hardly less."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from encours.delivery.models import ServerPace
from encours.delivery.rate import poured, take

NOW = dt.datetime(2016, 5, 16, 9, 22, 48, tzinfo=dt.UTC)
SERVER = "mail.test:587"


def later(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


@given(
    per_minute=st.integers(1, 3_000),
    steps=st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 500)), max_size=60),
)
def test_no_sixty_seconds_see_more_than_the_limit(per_minute: int, steps: list[tuple[int, int]]) -> None:
    empty_at, now = NOW, NOW
    left: list[tuple[dt.datetime, int]] = []
    for pause_ms, wanted in steps:
        now += dt.timedelta(milliseconds=pause_ms)
        taken, empty_at = poured(empty_at, wanted, per_minute, now)
        assert 0 <= taken <= wanted
        left.append((now, taken))
    for first, _count in left:
        window = [count for moment, count in left if first <= moment < first + dt.timedelta(minutes=1)]
        assert sum(window) <= per_minute


@pytest.mark.parametrize("per_minute", [1, 2, 9, 10, 60, 600, 6_000])
def test_four_fifths_of_the_limit_leave_at_least_where_somebody_looks_every_two_seconds(
    per_minute: int,
) -> None:
    empty_at, total = NOW, 0
    for step in range(300):
        taken, empty_at = poured(empty_at, 50_000, per_minute, later(step * 2))
        total += taken
    assert 8 * per_minute <= total <= 10 * per_minute + per_minute // 10


def test_a_clock_that_went_back_or_a_lower_limit_does_not_stop_the_mail_for_long() -> None:
    taken, empty_at = poured(later(86_400), 10, 60, NOW)
    assert taken == 0
    assert empty_at - NOW < dt.timedelta(seconds=7)


@pytest.mark.django_db
def test_each_server_has_its_own_count_and_no_limit_asks_nothing() -> None:
    assert take(SERVER, 100, 60, NOW) == 6
    assert take(SERVER, 100, 60, NOW) == 0
    assert take("other.test:25", 100, 60, NOW) == 6
    assert take(SERVER, 100, 60, later(30)) == 6
    assert take("free.test:25", 100, 0, NOW) == 100
    assert take(SERVER, 0, 60, NOW) == 0
    assert sorted(ServerPace.objects.values_list("server", flat=True)) == ["mail.test:587", "other.test:25"]


@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_once_share_the_limit() -> None:
    taken: list[int] = []
    gate = threading.Barrier(4)

    def ask() -> None:
        try:
            gate.wait(10)
            taken.extend(take(SERVER, 7, 600, NOW) for _try in range(5))
        finally:
            connection.close()

    workers = [threading.Thread(target=ask) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(taken) == 20
    assert sum(taken) == 60
