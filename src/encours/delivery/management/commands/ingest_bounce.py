"""`encours ingest_bounce`: a delivery-status report marks its message and its address."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand, Refused
from encours.core.actors import COMMAND_LINE
from encours.core.delivery_reports import MAX_BYTES, read_report
from encours.core.errors import Refusal
from encours.delivery.actions.reporting import Applied, Result, apply_report

SENTENCES = {
    Result.REFUSED: "refusé par {recipient} ({reason}) ; l'adresse est marquée",
    Result.CONFIRMED: "remis à {recipient} : le message incertain est maintenant envoyé",
    Result.NOTED: "noté pour {recipient} : {action} {reason}",
    Result.KNOWN: "déjà pris en compte pour {recipient} : rien n'a changé",
}


class Command(EncoursCommand):
    help = "Prend en compte des rapports de non-remise : le message est refusé, l'adresse est marquée."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            help="le rapport tel qu'il a été reçu (.eml) ; plusieurs à la suite ; « - » : l'entrée standard",
        )

    def run(self, options: dict[str, Any]) -> None:
        reports: list[dict[str, str]] = []
        errors: list[dict[str, str]] = []
        for name in options["files"]:
            try:
                reports += [_row(name, one) for one in _ingest(name)]
            except Refusal as refusal:
                errors.append({"file": name, "message": refusal.message})
        if options["json"]:
            self.write_json({"reports": reports, "errors": errors})
        else:
            for row in reports:
                self.stdout.write(f"{row['reference']} : {SENTENCES[Result(row['result'])].format(**row)}")
        if errors:
            raise Refused("\n".join(f"{error['file']} : {error['message']}" for error in errors))


def _ingest(name: str) -> list[Applied]:
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES) if name == "-" else _read(Path(name))
    except OSError as error:
        raise Refusal(f"ce fichier ne peut pas être lu ({error.strerror}).") from error
    report = read_report(raw)
    if report is None:
        raise Refusal("ce n'est pas un rapport de remise ou de non-remise : rien n'a été changé.")
    return apply_report(report=report, actor=COMMAND_LINE, now=timezone.now())


def _read(path: Path) -> bytes:
    """Return the beginning of a file, which is all that a report is read of."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES)


def _row(name: str, one: Applied) -> dict[str, str]:
    return {
        "file": name,
        "reference": one.reference,
        "recipient": one.recipient,
        "action": one.action,
        "reason": one.reason,
        "result": one.result,
    }
