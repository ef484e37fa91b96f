"""Work until asked to stop: registered jobs, and beside them the messages that are due."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connection

from encours.delivery import jobs, leases, rate
from encours.delivery.actions import renew, sweep
from encours.delivery.actions.leasing import owners, release_dead
from encours.delivery.channels import Channels
from encours.delivery.dots import DotFolder
from encours.delivery.jobs import Clock
from encours.delivery.sending import Sender
from encours.delivery.transport import Transport

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
LOOK_SECONDS = 2.0
STOP_SECONDS = 7.0
"""How long a message under way may take to finish once asked to stop; then its connection is cut."""
END_SECONDS = 9.0
"""When the worker ends, whatever is under way: that is left to whoever takes its lease."""
FAILURE_PAUSE_SECONDS = 2.0
MAX_FAILURES = 300
"""Rounds in a row that the database may spoil (ten minutes and more) before the worker gives up."""
MAX_ROUNDS = 10_000_000

Work = Callable[[], int]
"""Does some of it and returns how much it was: 0 when there is nothing to do."""


class Worker:
    """One worker process. ``stop`` may be called from a signal handler or another thread."""

    def __init__(
        self,
        *,
        open_transport: Callable[[], Transport],
        clock: Clock,
        dots: DotFolder,
        connections: int,
        most_per_minute: int = 0,
        lease: dt.timedelta = LEASE,
    ) -> None:
        self._clock = clock
        self._lease = lease
        self._owner = leases.this_process()
        self._folder = dots
        self._dots = dots.open(self._owner, connections)
        self._channels = Channels(
            open_transport=open_transport, limit=connections, dots=self._dots, clock=clock
        )
        server = open_transport().name

        def allow(wanted: int, now: dt.datetime) -> int:
            return rate.take(server, wanted, most_per_minute, now)

        self._sender = Sender(
            channels=self._channels, allow=allow, owner=self._owner, lease=lease, clock=clock
        )
        self._stopping = threading.Event()
        self._stopped_at = 0.0
        self._sweep_at = 0.0
        self._broken: BaseException | None = None

    def stop(self) -> None:
        """Finish what is under way and return from ``run``."""
        if not self._stopping.is_set():
            self._stopped_at = time.monotonic()
            self._stopping.set()
            cut = threading.Timer(STOP_SECONDS, self._channels.abort)
            cut.daemon = True
            cut.start()

    def run(self, *, once: bool = False) -> None:
        """Work until stopped; with ``once``, until nothing is due."""
        heart = threading.Thread(target=self._beat, name="lease heartbeat", daemon=True)
        heart.start()
        try:
            if once:
                self._repeat(lambda: self._do_jobs() + self._send_all(), until_idle=True)
            else:
                self._work_side_by_side()
        finally:
            self._stopping.set()
            self._channels.close()
            self._dots.close()
            heart.join(5)
        if self._broken is not None:
            raise self._broken

    def _work_side_by_side(self) -> None:
        """Send in this thread, and do the jobs in another: neither waits for the other."""
        helper = threading.Thread(target=self._do_jobs_until_stopped, name="jobs", daemon=True)
        helper.start()
        self._repeat(self._send)
        helper.join(max(0.0, self._stopped_at + END_SECONDS - time.monotonic()))

    def _do_jobs_until_stopped(self) -> None:
        try:
            self._repeat(self._do_jobs)
        except BaseException as error:
            self._broken = error
            self.stop()
        finally:
            connection.close()

    def _repeat(self, work: Work, *, until_idle: bool = False) -> None:
        """Work again and again, with a pause where there is nothing to do or the database is away."""
        failures = 0
        for _round in range(MAX_ROUNDS):
            try:
                did = work()
                failures = 0
            except DatabaseError:
                failures += 1
                if failures > MAX_FAILURES:
                    raise
                logger.exception("the database does not answer")
                connection.close()
                time.sleep(FAILURE_PAUSE_SECONDS)
                did = 1
            if self._must_end() or (not did and (until_idle or self._stopping.is_set())):
                return
            if not did:
                self._stopping.wait(LOOK_SECONDS)

    def _must_end(self) -> bool:
        """Tell whether the time to finish what is under way is over."""
        return self._stopping.is_set() and time.monotonic() > self._stopped_at + END_SECONDS

    def _do_jobs(self) -> int:
        with jobs.ended_by(self._stopping.is_set):
            return sum(_do(job, self._clock) for job in jobs.registered() if not self._stopping.is_set())

    def _send_all(self) -> int:
        """Send until nothing is due; return how many rounds that took."""
        rounds = 0
        while self._send() and not self._must_end():
            rounds += 1
        return rounds

    def _send(self) -> int:
        if time.monotonic() >= self._sweep_at:
            release_dead(now=self._clock())
            sweep(now=self._clock(), dots=self._folder)
            self._folder.forget(but=frozenset(owners()))
            self._sweep_at = time.monotonic() + LOOK_SECONDS
        return self._sender.step(self._stopping.is_set)

    def _beat(self) -> None:
        """Keep our leases alive while a message takes long."""
        pause = self._lease.total_seconds() / 3
        try:
            while not self._stopping.wait(pause):
                try:
                    in_hand = self._sender.in_hand()
                    renew(owner=self._owner, messages=in_hand, lease=self._lease, now=self._clock())
                except DatabaseError:
                    logger.warning("leases could not be prolonged")
                    connection.close()
        finally:
            connection.close()


def _do(job: jobs.Job, clock: Clock) -> int:
    """Do one job; one that fails is told in the log and does not stop the others, nor the mail."""
    try:
        return job(clock)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("job %s failed", job.__qualname__)
        time.sleep(0.1)
        return 0
