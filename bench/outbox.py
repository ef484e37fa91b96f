"""Measure how fast one worker empties the outbox, beside bare smtplib to the same server in the same run.

Usage: python -m bench.outbox [MESSAGES] [ROUNDS]  (needs a data folder or DATABASE_URL of its own: it queues
messages; the mail server is a process of its own on loopback that keeps envelopes in memory)
"""

from __future__ import annotations

import base64
import os
import random
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.setup import start

SIZE = 54_000
SENDER = "relances@top.test"


@contextmanager
def mail_server() -> Iterator[int]:
    """Run the mail server of the tests as a process and yield its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.mailserver", "--discard"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)


def messages(count: int, round_number: int) -> list[bytes]:
    """Return messages of 54 kB that differ, as a statement in base64 makes them."""
    noise = random.Random(1).randbytes(SIZE * 3 // 4)
    body = base64.encodebytes(noise).replace(b"\n", b"\r\n")
    head = b"Subject: Relance %d\r\nMessage-ID: <%d.%d@top.test>\r\n\r\n"
    return [(head % (number, round_number, number) + body)[: SIZE - 2] + b"\r\n" for number in range(count)]


def bare(port: int, contents: list[bytes]) -> float:
    """Send with smtplib alone over one kept connection; return messages a second."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.test") as smtp:
        begun = time.perf_counter()
        for number, content in enumerate(contents):
            smtp.sendmail(SENDER, f"{number}@bare.test", content)
        return len(contents) / (time.perf_counter() - begun)


def queue(contents: list[bytes], round_number: int) -> None:
    """Archive and queue the messages."""
    from django.db import transaction
    from django.utils import timezone

    from encours.archive import store
    from encours.delivery.actions import Recipient, enqueue

    now = timezone.now()
    with transaction.atomic():
        for number, content in enumerate(contents):
            enqueue(
                reference=f"BENCH-{round_number}-{number}",
                sender=SENDER,
                recipients=[Recipient(f"{number}@outbox.test")],
                message_id=f"<{round_number}.{number}@top.test>",
                content_sha256=store.put(content),
                size=len(content),
                now=now,
            )


def through_the_outbox(port: int, count: int) -> float:
    """Let one worker empty the outbox; return messages a second, with proof that all were sent."""
    from django.conf import settings
    from django.utils import timezone

    from encours.delivery.dots import DotFolder
    from encours.delivery.models import OutboxMessage
    from encours.delivery.transport import SmtpTransport
    from encours.delivery.wire import read_email_url
    from encours.delivery.worker import Worker

    before = OutboxMessage.objects.filter(state="sent").count()
    server = read_email_url(f"smtp://127.0.0.1:{port}/")
    worker = Worker(
        open_transport=lambda: SmtpTransport(server),
        clock=timezone.now,
        dots=DotFolder(Path(settings.DATA_DIR) / "workers"),
        connections=settings.EMAIL_MAX_CONNECTIONS,
    )
    begun = time.perf_counter()
    worker.run(once=True)
    seconds = time.perf_counter() - begun
    sent = OutboxMessage.objects.filter(state="sent").count() - before
    if sent != count:
        raise SystemExit(f"{sent} of {count} messages were sent: no figure")
    return count / seconds


def main(count: int, rounds: int) -> None:
    """Measure some rounds and print each, then the medians."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    found: list[tuple[float, float]] = []
    with mail_server() as port:
        for round_number in range(rounds):
            contents = messages(count, time.time_ns() + round_number)
            queue(contents, round_number + time.time_ns())
            found.append((bare(port, contents), through_the_outbox(port, count)))
            print(f"bare {found[-1][0]:.0f}/s, outbox {found[-1][1]:.0f}/s", flush=True)
    bare_rate, rate = (statistics.median(column) for column in zip(*found, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in found)
    medians = f"median {rate:.0f}/s, bare {bare_rate:.0f}/s, ratio {ratio:.2f}"
    print(f"{connection.vendor}: {medians} (load {os.getloadavg()[0]:.1f})")


if __name__ == "__main__":
    start()
    numbers = [int(text) for text in sys.argv[1:3]]
    main(*numbers, *(1000, 5)[len(numbers) :])
