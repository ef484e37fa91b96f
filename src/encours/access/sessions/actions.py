"""Every write about open sessions: note their use, end them from elsewhere."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction

from encours.access.models import OpenSession, User
from encours.audit.record import record
from encours.core.actors import Actor


def note_use(
    *, session_key: str, user: User, began_at: dt.datetime, address: str, browser: str, now: dt.datetime
) -> None:
    """Note that a session is used; the first time, where it was opened, and what is over is swept away."""
    if OpenSession.objects.filter(session_key=session_key, user=user).update(seen_at=now):
        return
    opened = {
        "user": user,
        "began_at": began_at,
        "seen_at": now,
        "address": address,
        "browser": browser[:300],
    }
    with transaction.atomic():
        Session.objects.filter(expire_date__lt=now).delete()
        OpenSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
        OpenSession.objects.update_or_create(session_key=session_key, defaults=opened)


def forget_session(*, session_key: str) -> None:
    """Forget a session that has ended by itself or by signing out."""
    OpenSession.objects.filter(session_key=session_key).delete()


def end_session(*, user: User, session_id: int, but: str, actor: Actor, now: dt.datetime) -> bool:
    """End one session of a user, unless it has a given key; tell whether there was one."""
    return _end(user, {"pk": session_id}, but, actor, now) > 0


def end_sessions(*, user: User, but: str = "", actor: Actor, now: dt.datetime) -> int:
    """End all sessions of a user but the one with a given key; return how many there were."""
    return _end(user, {}, but, actor, now)


def _end(user: User, which: dict[str, int], but: str, actor: Actor, now: dt.datetime) -> int:
    with transaction.atomic():
        rows = list(OpenSession.objects.filter(user=user, **which).exclude(session_key=but))
        Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
        OpenSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if rows:
            record(
                actor=actor,
                action="user.end_sessions",
                subject=user.username,
                before={"opened_from": [row.address for row in rows]},
                now=now,
            )
    return len(rows)
