"""The command `encours import_payments`."""

from __future__ import annotations

from encours.intake.commands import ImportCommand
from encours.intake.documents.payments import PaymentImporter


class Command(ImportCommand):
    help = "Importe des règlements et leurs lettrages d'un fichier CSV ou XLSX ; tout le fichier ou rien."
    importer = PaymentImporter()
