"""Read the sessions that a user has open."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.contrib.sessions.models import Session

from encours.access.models import OpenSession, User
from encours.access.sessions.limits import Limits

BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS|HeadlessChrome)/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Windows", r"Windows"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """An open session as its owner recognises it."""

    id: int
    browser: str
    address: str
    began_at: dt.datetime
    seen_at: dt.datetime
    is_current: bool


def sessions_of(user: User, *, current_key: str, limits: Limits, now: dt.datetime) -> list[SessionLine]:
    """Return the open sessions of a user, the present one first, then the one used last."""
    rows = OpenSession.objects.filter(
        user=user,
        seen_at__gte=now - dt.timedelta(seconds=limits.idle),
        began_at__gte=now - dt.timedelta(seconds=limits.absolute),
        session_key__in=Session.objects.filter(expire_date__gt=now).values("session_key"),
    )
    lines = [
        SessionLine(
            id=row.pk,
            browser=browser_name(row.browser),
            address=row.address,
            began_at=row.began_at,
            seen_at=row.seen_at,
            is_current=row.session_key == current_key,
        )
        for row in rows.order_by("-seen_at", "-pk")
    ]
    return sorted(lines, key=lambda line: not line.is_current)


def browser_name(agent: str) -> str:
    """Return what a person calls a browser: «Firefox (Windows)»; nothing where it is not known."""
    browser = next((name for name, pattern in BROWSERS if re.search(pattern, agent)), "")
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, agent)), "")
    return f"{browser} ({system})" if browser and system else browser or system
