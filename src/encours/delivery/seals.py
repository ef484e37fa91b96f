"""Seal the archive once a day, and send the seal to the address chosen for it."""

from __future__ import annotations

import datetime as dt
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from encours.archive import daily, store
from encours.archive.models import DailySeal
from encours.core.days import paris_date
from encours.delivery.actions import Recipient, enqueue
from encours.delivery.jobs import Clock


def seal_the_day(clock: Clock) -> int:
    """Make the seal of today unless it is made, with its message in the same transaction."""
    now = clock()
    with transaction.atomic():
        row = daily.seal_chains(today=paris_date(now), now=now)
        if row is not None and settings.SEAL_EMAIL:
            _send(row, settings.SEAL_EMAIL, now)
    if row is None:
        daily.copy_the_newest()
    return int(row is not None)


def _send(row: DailySeal, address: str, now: dt.datetime) -> None:
    """Queue the message; it goes from the address to itself, for a seal is of no billing entity."""
    message_id = f"<sceau-{row.number}-{row.sha256[:16]}@{address.rpartition('@')[2]}>"
    content = message_of(row, address, message_id, now)
    enqueue(
        reference=f"sceau-{row.date}",
        sender=address,
        recipients=[Recipient(address)],
        message_id=message_id,
        content_sha256=store.put(content),
        size=len(content),
        now=now,
    )


def message_of(row: DailySeal, address: str, message_id: str, now: dt.datetime) -> bytes:
    """Return the message that carries a seal, the seal itself as its only attachment."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = message["To"] = address
    message["Subject"] = _("Sceau des documents émis du %(date)s") % {"date": f"{row.date:%d/%m/%Y}"}
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    text = _(
        "Ce sceau dit jusqu'où allait l'archive des documents émis, et par quelle empreinte elle finissait.\n"
        "Gardez ce message hors de portée de qui administre la base. Pour comparer l'archive avec "
        "lui\u00a0:\n\n"
        "    encours verify --seal %(file)s\n\n"
        "SHA-256 du sceau\u00a0: %(sha256)s\n"
    )
    name = daily.filename_of(row)
    message.set_content(text % {"file": name, "sha256": row.sha256}, cte="quoted-printable")
    message.add_attachment(row.content.encode(), maintype="application", subtype="json", filename=name)
    message.set_boundary(f"=_encours_{row.sha256[:32]}")
    message["Content-Language"] = get_language() or "fr"  # last: setting a content moves such headers
    return message.as_bytes()
