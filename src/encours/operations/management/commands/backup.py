"""`encours backup`: the database and the documents in one file, while Encours runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand, Refused
from encours.core.actors import COMMAND_LINE
from encours.operations.backup.making import make_backup


class Command(EncoursCommand):
    help = "Sauvegarde la base et les documents dans un seul fichier, sans arrêter Encours."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="fichier à écrire, d'une traite ou pas du tout")

    def run(self, options: dict[str, Any]) -> None:
        target = Path(options["file"]).absolute()
        made = make_backup(target=target, actor=COMMAND_LINE, now=timezone.now())
        if options["json"]:
            self.write_json(
                {
                    "file": str(target),
                    "bytes": made.size,
                    "rows": made.row_count,
                    "documents": made.document_count,
                    "altered": made.altered,
                }
            )
        else:
            self.stdout.write(
                f"Sauvegarde écrite dans {target} : {made.row_count} lignes, {made.document_count} documents,"
                f" {made.size} octets. La clé secrète n'y est pas, rien n'a besoin d'elle pour être lu."
            )
        if made.altered:
            raise Refused(
                f"La sauvegarde est complète, mais {len(made.altered)} documents de la base ne correspondent"
                " plus à leur empreinte : lancez « encours verify »."
            )
