"""The command `encours import_customers`."""

from __future__ import annotations

from encours.intake.commands import ImportCommand
from encours.intake.parties.customers import CustomerImporter


class Command(ImportCommand):
    help = "Importe des clients et leurs adresses de relance d'un fichier CSV ou XLSX ; tout ou rien."
    importer = CustomerImporter()
