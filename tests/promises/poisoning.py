"""Ten messages among many that cannot be sent, each in its own way: the others must leave, nearly as fast.

``python -m tests.promises.poisoning CLEAN`` queues CLEAN good messages with ten poisons between them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass

from tests.promises.installation import Installation
from tests.promises.queueing import put_in_outbox, recipient_of, set_up

CLEAN, POISONED = "CLEAN", "POISONED"
QUIET_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Poison:
    """A message that cannot be sent: what the server does about it, and how the outbox then explains it."""

    address: str
    state: str
    explanation: str
    fault: tuple[str, str] | None = None
    content: bytes = b"Subject: Relance\r\n\r\nBonjour\r\n"
    is_missing: bool = False


POISONS = (
    Poison(
        "header@poison.test",
        "refused",
        "Le message contient une ligne de plus de 998 octets.",
        content=b"Subject: " + b"x" * 1000 + b"\r\n\r\nBonjour\r\n",
    ),
    Poison(
        "lines@poison.test",
        "refused",
        "Les lignes du message ne finissent pas toutes par CRLF.",
        content=b"Subject: Relance\nBcc: tous\r\n\r\nBonjour\r\n",
    ),
    Poison("missing@poison.test", "refused", "manque dans l'archive", is_missing=True),
    Poison("unknown@poison.test", "refused", "550 5.1.1 User unknown", ("rcpt", "550 5.1.1 User unknown")),
    Poison("spam@poison.test", "refused", "554 5.7.1 Spam", ("final_dot", "554 5.7.1 Spam")),
    Poison(
        "large@poison.test",
        "refused",
        "octets, plus que les 20000000 que le serveur accepte.",
        content=b"Subject: Relance\r\n\r\n" + (b"x" * 78 + b"\r\n") * 250_000,
    ),
    Poison("full@poison.test", "queued", "452 4.2.2 Mailbox full", ("rcpt", "452 4.2.2 Mailbox full")),
    Poison("cut@poison.test", "queued", "Connexion coupée après RCPT", ("rcpt", "drop")),
    Poison("hang@poison.test", "queued", "Connexion coupée après RCPT", ("rcpt", "hang {seconds}")),
    Poison("body@poison.test", "uncertain", "Connexion coupée après le point final", ("final_dot", "drop")),
)


def faults(hang_seconds: float) -> list[tuple[str, str, str]]:
    """Return what the mail server does to them; it hangs for so long, then ends the session."""
    return [
        (at, do.format(seconds=hang_seconds), one.address)
        for one in POISONS
        if one.fault
        for at, do in [one.fault]
    ]


@dataclass(frozen=True, slots=True)
class PoisonFigures:
    """How fast as many good messages left without poisons and with them, and what these came to."""

    clean: int
    poisons: int
    clean_seconds: float
    poisoned_seconds: float
    sent: int
    explained: int

    @property
    def ratio(self) -> float:
        """Return how much longer the good ones took."""
        return self.poisoned_seconds / self.clean_seconds


def poison(place: Installation, clean: int, hang_seconds: float) -> PoisonFigures:
    """Send good messages, then as many with poisons between them, and measure both alike.

    The mail server must have the ``faults`` of the poisons.
    """
    place.queue(CLEAN, clean)
    clean_seconds = _send(place, clean)
    place.run(str(clean), module="tests.promises.poisoning")
    poisoned_seconds = _send(place, clean, and_then=hang_seconds + 3)
    rows = {str(one["recipient"]): one for one in place.outbox()}
    sent = sum(rows[recipient_of(POISONED, n)]["state"] == "sent" for n in range(clean))
    explained = sum(
        (rows[one.address]["state"] == one.state) and one.explanation in str(rows[one.address]["last_reply"])
        for one in POISONS
    )
    return PoisonFigures(clean, len(POISONS), clean_seconds, poisoned_seconds, sent, explained)


def _send(place: Installation, count: int, and_then: float = 1) -> float:
    """Let a worker send; return the seconds from the first message that the server takes to the last good.

    It is left to work for a while after that, where something else must still fail.
    """
    worker = place.start("worker")
    try:
        place.mail.taken.get(timeout=QUIET_SECONDS)
        start = time.monotonic()
        for _message in range(count - 1):
            place.mail.taken.get(timeout=QUIET_SECONDS)
        seconds = time.monotonic() - start
        _go_on(worker, and_then)
    finally:
        worker.terminate()
        worker.wait(15)
    return seconds


def _go_on(worker: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        worker.wait(seconds)
    except subprocess.TimeoutExpired:
        return
    raise AssertionError(f"the worker ended by itself: {worker.returncode}")


def queue_with_poisons(clean: int) -> None:
    """Queue the good messages in ten parts, a poison before each."""
    from django.db import transaction
    from django.utils import timezone

    from encours.archive import store
    from encours.core.hash_chain import sha256_of
    from encours.delivery.actions import Recipient, enqueue

    part = -(-clean // len(POISONS))
    for at, one in enumerate(POISONS):
        content = one.content.replace(b"Relance", f"Relance {at}".encode(), 1)
        with transaction.atomic():
            enqueue(
                reference=f"POISON-{at}",
                sender="relances@top.test",
                recipients=[Recipient(one.address)],
                message_id=f"<poison-{at}@top.test>",
                content_sha256=sha256_of(content) if one.is_missing else store.put(content),
                size=len(content),
                now=timezone.now(),
            )
        put_in_outbox(POISONED, min(part, clean - at * part), start=at * part)


if __name__ == "__main__":
    set_up()
    queue_with_poisons(int(sys.argv[1]))
