"""Queue numbered messages with bytes of their own: ``python -m tests.promises.queueing REFERENCE COUNT``."""

from __future__ import annotations

import base64
import os
import random
import sys

CHUNK = 250
MAX_LINES = 600


def recipient_of(reference: str, number: int) -> str:
    """Return the only address to which a message goes."""
    return f"{reference.lower()}-{number}@client.test"


def content_of(reference: str, number: int) -> bytes:
    """Return the bytes of a message, always the same: 1 to 45 kB, with dots where SMTP is easily wrong."""
    chance = random.Random(f"{reference}-{number}")
    lines = [
        f"Subject: Relance {reference} {number}",
        f"Message-ID: <{reference}-{number}@top.test>",
        "",
    ]
    for _line in range(chance.randrange(10, MAX_LINES)):
        start = chance.choice(("", "", ".", ".."))
        lines.append(start + base64.b64encode(chance.randbytes(54)).decode())
    return "\r\n".join([*lines, "."]).encode() + b"\r\n"


def set_up() -> None:
    """Set Django up on the installation of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.production")
    import django

    django.setup()


def put_in_outbox(reference: str, count: int, start: int = 0) -> None:
    """Queue that many messages from a number on, a few hundred in one transaction."""
    from django.db import transaction
    from django.utils import timezone

    from encours.archive import store
    from encours.delivery.actions import Recipient, enqueue

    end = start + count
    for first in range(start, end, CHUNK):
        with transaction.atomic():
            for number in range(first, min(first + CHUNK, end)):
                content = content_of(reference, number)
                enqueue(
                    reference=f"{reference}-{number}",
                    sender="relances@top.test",
                    recipients=[Recipient(recipient_of(reference, number))],
                    message_id=f"<{reference}-{number}@top.test>",
                    content_sha256=store.put(content),
                    size=len(content),
                    now=timezone.now(),
                )


if __name__ == "__main__":
    set_up()
    put_in_outbox(sys.argv[1], int(sys.argv[2]))
