"""Collect delivery-status reports from the mailboxes of BOUNCE_IMAP_URL, one worker at a time."""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.conf import settings
from django.db.models import F

from encours.core.actors import SYSTEM
from encours.core.days import paris_date
from encours.core.delivery_reports import MAX_BYTES, read_report
from encours.core.errors import Refusal
from encours.delivery.actions.reporting import Result, apply_report
from encours.delivery.jobs import Clock
from encours.delivery.mailbox import MailboxError, MailboxServer, Position, new_letters, read_imap_url
from encours.delivery.models import ReportMailbox

logger = logging.getLogger(__name__)

LIMIT = 50
"""Messages that one look reads; where there are more, the next round goes on."""
LOOK_SECONDS = 5.0


def collect(clock: Clock) -> int:
    """Read each mailbox whose turn it is, and return how many messages were read."""
    return sum(_look(read_imap_url(url), clock) for url in settings.BOUNCE_IMAP_URL.split())


def _look(server: MailboxServer, clock: Clock) -> int:
    now = clock()
    if not _is_ours(server, now):
        return 0
    row = ReportMailbox.objects.get(pk=server.name)
    read, error = 0, ""
    until = time.monotonic() + LOOK_SECONDS
    try:
        for letter in new_letters(
            server,
            Position(row.uid_validity, row.last_uid),
            limit=LIMIT,
            max_bytes=MAX_BYTES,
            today=paris_date(now),
        ):
            read += 1
            _take(server.name, letter.content, letter.position, now)
            if time.monotonic() > until:
                break
    except MailboxError as problem:
        error = str(problem)
        logger.warning("mailbox %s cannot be read: %s", server.name, error)
    is_more = not error and (read >= LIMIT or time.monotonic() > until)
    ReportMailbox.objects.filter(pk=server.name).update(
        looked_at=now, last_error=error, next_look_at=now if is_more else now + _pause()
    )
    return read


def _is_ours(server: MailboxServer, now: dt.datetime) -> bool:
    """Take the turn of a mailbox by compare-and-swap: of several workers one reads it."""
    due = ReportMailbox.objects.filter(pk=server.name, next_look_at__lte=now)
    if not due.exists():
        if ReportMailbox.objects.filter(pk=server.name).exists():
            return False
        ReportMailbox.objects.bulk_create(
            [ReportMailbox(name=server.name, next_look_at=now)], ignore_conflicts=True
        )
    return due.update(next_look_at=now + _pause()) == 1


def _pause() -> dt.timedelta:
    return dt.timedelta(minutes=settings.BOUNCE_IMAP_MINUTES)


def _take(name: str, content: bytes, position: Position, now: dt.datetime) -> None:
    """Apply one message if it is a report of ours, and remember that it was read; the rest is left alone."""
    report = read_report(content)
    applied = []
    if report is not None:
        try:
            applied = apply_report(report=report, actor=SYSTEM, now=now)
        except Refusal as refusal:
            logger.warning("a report of mailbox %s: %s", name, refusal.message)
    ReportMailbox.objects.filter(pk=name).update(
        uid_validity=position.validity,
        last_uid=position.last_uid,
        report_count=F("report_count") + sum(one.result is not Result.KNOWN for one in applied),
    )
