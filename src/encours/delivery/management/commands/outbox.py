"""`encours outbox`: what became of every message."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand
from encours.core.actors import COMMAND_LINE
from encours.delivery.actions import pause, reopen
from encours.delivery.models import MessageState, OutboxMessage
from encours.delivery.queries import pause_reason


class Command(EncoursCommand):
    help = "Montre la boîte d'envoi : chaque message, son état, ses essais et la dernière réponse du serveur."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--state",
            choices=MessageState.values,
            metavar="STATE",
            help="seulement ceux dans cet état",
        )

        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--pause", metavar="REASON", help="ne plus rien envoyer, pour cette raison")
        switch.add_argument(
            "--reopen", action="store_true", help="envoyer de nouveau, après une pause ou une restauration"
        )

    def run(self, options: dict[str, Any]) -> None:
        if options["reopen"]:
            reopen(actor=COMMAND_LINE, now=timezone.now())
        elif options["pause"] is not None:
            pause(reason=options["pause"], actor=COMMAND_LINE, now=timezone.now())
        rows = OutboxMessage.objects.order_by("pk")
        if options["state"]:
            rows = rows.filter(state=options["state"])
        messages = [
            {
                "reference": row.reference,
                "recipient": row.recipient,
                "state": row.state,
                "attempts": row.attempt_count,
                "last_reply": row.last_reply,
            }
            for row in rows.iterator()
        ]
        if options["json"]:
            self.write_json({"messages": messages})
            return
        reason = pause_reason()
        if reason is not None:
            self.stdout.write(f"L'envoi est suspendu : {reason}")
        if not messages:
            self.stdout.write("Aucun message dans la boîte d'envoi.")
        for message in messages:
            label = str(MessageState(str(message["state"])).label)
            self.stdout.write(
                f"{message['reference']:<24} {message['recipient']:<40} {label:<16}"
                f" {message['attempts']:>2}  {message['last_reply']}"
            )
