"""The entry of the import in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from encours.access.models import Role
from encours.access.navigation import ADMINISTRATION, Entry

ENTRIES = [
    Entry(_("Importer un fichier"), "intake:import", "upload", 65, Role.COLLECTOR, ADMINISTRATION),
]
