"""What the import commands share: files in, a report out, exit 1 where anything is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand, Refused
from encours.core.actors import COMMAND_LINE
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.french import counted
from encours.intake.importing import Importer, Report, import_files


class ImportCommand(EncoursCommand):
    """A command that imports files. Subclasses set ``importer`` and whether it takes several files."""

    importer: ClassVar[Importer[Any, Any, Any]]
    takes_several_files = False

    def add_options(self, parser: CommandParser) -> None:
        """Declare the files and --dry-run."""
        parser.add_argument(
            "files",
            metavar="FILE",
            nargs="+" if self.takes_several_files else 1,
            type=Path,
            help="fichier CSV ou XLSX, la première ligne porte les noms des colonnes",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="vérifier et dire ce qui serait fait, sans rien écrire"
        )

    def run(self, options: dict[str, Any]) -> None:
        """Import the files and write the report."""
        now = timezone.now()
        try:
            report = import_files(
                self.importer,
                options["files"],
                is_dry_run=options["dry_run"],
                actor=COMMAND_LINE,
                now=now,
                today=paris_date(now),
            )
        except Refusal as refusal:
            raise Refused(refusal.message) from None
        if options["json"]:
            self.write_json(report.as_dict())
        else:
            self._write_text(report, is_dry_run=options["dry_run"])
        if report.problems:
            errors = counted(len(report.problems), "erreur", "erreurs")
            raise Refused(f"Rien n'a été importé\u00a0: {errors} à corriger.")

    def _write_text(self, report: Report, *, is_dry_run: bool) -> None:
        for problem in report.problems:
            self.stderr.write(str(problem))
        if report.ignored_columns:
            self.stdout.write(f"Colonnes ignorées\u00a0: {', '.join(report.ignored_columns)}")
        if report.problems:
            return
        counts = report.counts
        if is_dry_run:
            self.stdout.write("Essai à blanc, rien n'est écrit.")
        if not counts.created and not counts.updated:
            self.stdout.write(f"Rien ne change\u00a0: {counts.unchanged} déjà en place.")
            return
        done = f"Créés\u00a0: {counts.created}, modifiés\u00a0: {counts.updated}"
        self.stdout.write(f"{done}, inchangés\u00a0: {counts.unchanged}.")
