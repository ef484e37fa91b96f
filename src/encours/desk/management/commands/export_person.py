"""`encours export_person`: write all that is held about a customer and its contacts to one zip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.access.scopes import EVERYTHING
from encours.console import EncoursCommand, Refused
from encours.core.actors import COMMAND_LINE
from encours.desk.privacy.export import export_person
from encours.parties.models import Customer


class Command(EncoursCommand):
    help = "Écrit dans un fichier zip tout ce qui est gardé d'un client et de ses contacts."
    has_json = False

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("customer", metavar="CODE", help="code du client")
        parser.add_argument(
            "-o", "--output", required=True, type=Path, metavar="FICHIER", help="fichier zip à écrire"
        )

    def run(self, options: dict[str, Any]) -> None:
        customer = Customer.objects.filter(code=options["customer"]).first()
        if customer is None:
            raise Refused(f"Aucun client n'a le code {options['customer']}.")
        content = export_person(customer=customer, scope=EVERYTHING, actor=COMMAND_LINE, now=timezone.now())
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise Refused(f"Impossible d'écrire {options['output']} : {error.strerror}.") from error
        self.stdout.write(f"{options['output']} : {len(content)} octets")
