"""`encours verify`: check every stored document against its hash and the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from encours.archive.verify import verify_archive
from encours.console import EncoursCommand, Refused


class Command(EncoursCommand):
    help = "Vérifie chaque document conservé : son contenu, son empreinte et sa place dans la chaîne."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seal",
            action="append",
            default=[],
            type=Path,
            metavar="FICHIER",
            help="comparer aussi avec ce sceau quotidien, reçu par e-mail (répétable)",
        )

    def run(self, options: dict[str, Any]) -> None:
        result = verify_archive(options["seal"])
        if options["json"]:
            self.write_json(
                {
                    "documents": result.document_count,
                    "purged": result.purged_count,
                    "ok": result.is_clean,
                    "problems": result.problems,
                }
            )
        else:
            for problem in result.problems:
                self.stdout.write(problem)
            self.stdout.write(f"documents vérifiés : {result.document_count}")
            if result.purged_count:
                self.stdout.write(f"dont effacés après leur durée de conservation : {result.purged_count}")
        if not result.is_clean:
            raise Refused(f"anomalies dans les documents conservés : {result.problem_count}")
