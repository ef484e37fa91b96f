"""Serve on a socket that `encours serve` has opened: the half that it supervises."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from encours.console import EncoursCommand
from encours.web.server import http


class Command(EncoursCommand):
    help = "Sert sur une prise déjà ouverte par « encours serve »."
    has_json = False
    is_internal = True

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("descriptor", type=int, help="numéro de la prise")

    def run(self, options: dict[str, Any]) -> None:
        http.serve(socket.socket(fileno=options["descriptor"]), Path(settings.DATA_DIR) / "log")
