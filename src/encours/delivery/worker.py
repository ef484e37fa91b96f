"""Work until asked to stop: registered jobs, then the messages that are due, and what dead workers left."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time

from django.db import DatabaseError, connection

from encours.delivery import jobs, leases
from encours.delivery.actions import claim, renew, sweep
from encours.delivery.actions.leasing import release_dead
from encours.delivery.jobs import Clock
from encours.delivery.sending import Sender, patiently
from encours.delivery.transport import Transport

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
BATCH = 50
BATCH_BYTES = 50_000_000
LOOK_SECONDS = 2.0
STOP_SECONDS = 7.0
"""How long a message under way may take to finish once asked to stop; then its connection is cut."""
MAX_FAILURES = 300
"""Rounds in a row that the database may spoil (ten minutes and more) before the worker gives up."""
MAX_ROUNDS = 10_000_000


class Worker:
    """One worker process. ``stop`` may be called from a signal handler or another thread."""

    def __init__(self, *, transport: Transport, clock: Clock, lease: dt.timedelta = LEASE) -> None:
        self._transport = transport
        self._clock = clock
        self._lease = lease
        self._owner = leases.this_process()
        self._sender = Sender(transport=transport, owner=self._owner, lease=lease, clock=clock)
        self._stopping = threading.Event()
        self._failures = 0

    def stop(self) -> None:
        """Finish what is under way and return from ``run``."""
        if not self._stopping.is_set():
            self._stopping.set()
            cut = threading.Timer(STOP_SECONDS, self._transport.abort)
            cut.daemon = True
            cut.start()

    def run(self, *, once: bool = False) -> None:
        """Work until stopped; with ``once``, until nothing is due."""
        heart = threading.Thread(target=self._beat, name="lease heartbeat", daemon=True)
        heart.start()
        try:
            for _round in range(MAX_ROUNDS):
                did = self._round()
                if self._stopping.is_set() or (once and not did):
                    return
                if not did:
                    self._transport.close()  # servers dislike silent sessions
                    self._stopping.wait(LOOK_SECONDS)
        finally:
            self._stopping.set()
            self._transport.close()
            heart.join(5)

    def _round(self) -> bool:
        """Do a piece of everything; tell whether anything was there to do."""
        done = 0
        try:
            release_dead(now=self._clock())
            sweep(now=self._clock())
            for job in jobs.registered():
                if not self._stopping.is_set():
                    done += _do(job, self._clock)
            done += self._send_batch()
            self._failures = 0
        except DatabaseError:
            self._failures += 1
            if self._failures > MAX_FAILURES:
                raise
            logger.exception("the database does not answer")
            connection.close()
            self._stopping.wait(LOOK_SECONDS)
            return True
        return done > 0

    def _send_batch(self) -> int:
        if self._stopping.is_set():
            return 0
        messages = claim(
            owner=self._owner, limit=BATCH, max_bytes=BATCH_BYTES, lease=self._lease, now=self._clock()
        )
        self._sender.send_all(messages, self._stopping.is_set)
        return len(messages)

    def _beat(self) -> None:
        """Keep our leases alive while a message takes long."""
        pause = self._lease.total_seconds() / 3
        try:
            while not self._stopping.wait(pause):
                try:
                    patiently(lambda: renew(owner=self._owner, lease=self._lease, now=self._clock()))
                except DatabaseError:
                    logger.warning("leases could not be prolonged")
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
