"""`encours verify`: check every stored document against its hash and the chain."""

from __future__ import annotations

from typing import Any

from encours.archive.verify import verify_archive
from encours.console import EncoursCommand, Refused


class Command(EncoursCommand):
    help = "Vérifie chaque document conservé : son contenu, son empreinte et sa place dans la chaîne."

    def run(self, options: dict[str, Any]) -> None:
        result = verify_archive()
        if options["json"]:
            self.write_json(
                {
                    "documents": result.document_count,
                    "ok": result.is_clean,
                    "problems": result.problems,
                }
            )
        else:
            for problem in result.problems:
                self.stdout.write(problem)
            self.stdout.write(f"documents vérifiés : {result.document_count}")
        if not result.is_clean:
            raise Refused(f"anomalies dans les documents conservés : {result.problem_count}")
