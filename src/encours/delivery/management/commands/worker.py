"""`encours worker`: send what is due and do the background work, as many of them as wanted."""

from __future__ import annotations

import datetime as dt
import signal
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand, Refused
from encours.delivery.dots import DotFolder
from encours.delivery.transport import FolderTransport, SmtpTransport, Transport
from encours.delivery.wire import read_email_url
from encours.delivery.worker import LEASE, Worker


class Command(EncoursCommand):
    help = "Envoie les messages en attente et fait le travail de fond ; autant qu'on veut à la fois."
    has_json = False

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="s'arrêter quand plus rien n'est à faire maintenant"
        )
        parser.add_argument(
            "--lease",
            type=float,
            default=LEASE.total_seconds(),
            metavar="SECONDS",
            help="après combien de secondes sans nouvelles un autre reprend les messages (60)",
        )

    def run(self, options: dict[str, Any]) -> None:
        if not 0.5 <= options["lease"] <= 3600:
            raise Refused("--lease : indiquez entre 0,5 et 3600 secondes.")
        lease = dt.timedelta(seconds=options["lease"])
        worker = Worker(
            open_transport=transport_of_settings,
            clock=timezone.now,
            dots=DotFolder(Path(settings.DATA_DIR) / "workers"),
            connections=settings.EMAIL_MAX_CONNECTIONS,
            most_per_minute=settings.EMAIL_MAX_PER_MINUTE,
            lease=lease,
        )

        def stop(_number: int, _frame: FrameType | None) -> None:
            worker.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        worker.run(once=options["once"])


def transport_of_settings() -> Transport:
    """Return the mail server of EMAIL_URL, or the folder that keeps messages while there is none."""
    if settings.EMAIL_URL:
        return SmtpTransport(read_email_url(settings.EMAIL_URL))
    return FolderTransport(Path(settings.DATA_DIR) / "mail")
