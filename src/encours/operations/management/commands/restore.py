"""`encours restore`: a backup into a new database, which then sends nothing until told to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand
from encours.core.actors import COMMAND_LINE
from encours.operations.backup.restoring import Restored, check_backup, restore_backup


class Command(EncoursCommand):
    help = "Restaure une sauvegarde dans une base neuve ; rien n'est envoyé avant qu'on le dise."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="sauvegarde faite par « encours backup »")
        parser.add_argument(
            "--dry-run", action="store_true", help="vérifier toute la sauvegarde sans toucher à la base"
        )

    def run(self, options: dict[str, Any]) -> None:
        path = Path(options["file"]).absolute()
        if options["dry_run"]:
            result = check_backup(path)
        else:
            result = restore_backup(path=path, actor=COMMAND_LINE, now=timezone.now())
        if options["json"]:
            self.write_json(
                {
                    "created_at": result.header.created_at,
                    "encours": result.header.encours,
                    "rows": result.row_count,
                    "documents": result.document_count,
                    "waiting": result.waiting_count,
                    "uncertain": result.uncertain_count,
                    "seals_ahead": list(result.seals_ahead),
                }
            )
        elif options["dry_run"]:
            self.stdout.write(
                f"La sauvegarde est complète : {result.row_count} lignes, {result.document_count} documents."
            )
        else:
            self._tell(result)

    def _tell(self, result: Restored) -> None:
        self.stdout.write(f"Restauré : {result.row_count} lignes, {result.document_count} documents.")
        self.stdout.write(
            f"L'envoi est suspendu : {result.waiting_count} messages en attente, {result.uncertain_count}"
            " incertains. S'ils ont pu partir depuis la sauvegarde, réglez-les d'abord ;"
            " puis « encours outbox --reopen »."
        )
        for chain in result.seals_ahead:
            self.stdout.write(
                f"Attention : des documents de {chain} ont été émis après cette sauvegarde ; ils n'y sont"
                " pas, et leurs numéros serviraient une seconde fois (docs/operations.md)."
            )
