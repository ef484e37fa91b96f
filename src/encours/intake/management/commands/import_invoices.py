"""The command `encours import_invoices`."""

from __future__ import annotations

from encours.intake.commands import ImportCommand
from encours.intake.documents.invoices import InvoiceImporter


class Command(ImportCommand):
    help = "Importe des factures et des avoirs de fichiers CSV ou XLSX ; tous les fichiers ou rien."
    importer = InvoiceImporter()
    takes_several_files = True
