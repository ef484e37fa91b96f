"""What the navigation bar offers of the parties, and of the users who see them, to administrators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from encours.access.models import Role
from encours.access.navigation import ADMINISTRATION, Entry

ENTRIES = [
    Entry(_("Entités facturantes"), "parties:entities", "building", 60, Role.ADMINISTRATOR, ADMINISTRATION),
    Entry(_("Clients"), "parties:customers", "address-book", 61, Role.ADMINISTRATOR, ADMINISTRATION),
    Entry(_("Utilisateurs"), "access:users", "users", 62, Role.ADMINISTRATOR, ADMINISTRATION),
    Entry(_("Sécurité"), "access:role_rules", "shield-lock", 63, Role.ADMINISTRATOR, ADMINISTRATION),
]
