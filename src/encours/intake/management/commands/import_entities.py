"""The command `encours import_entities`."""

from __future__ import annotations

from encours.intake.commands import ImportCommand
from encours.intake.parties.entities import EntityImporter


class Command(ImportCommand):
    help = "Importe des entités facturantes d'un fichier CSV ou XLSX ; tout le fichier ou rien."
    importer = EntityImporter()
