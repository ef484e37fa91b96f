"""What the navigation bar offers of reminders: their templates and severities, to administrators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from encours.access.models import Role
from encours.access.navigation import ADMINISTRATION, Entry

ENTRIES = [
    Entry(_("Modèles de message"), "dunning:templates", "template", 50, Role.ADMINISTRATOR, ADMINISTRATION),
    Entry(_("Sévérités"), "dunning:severities", "flag", 51, Role.ADMINISTRATOR, ADMINISTRATION),
]
