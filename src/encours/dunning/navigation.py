"""What the navigation bar offers of reminders: in mass, what leaves, and to administrators what they say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from encours.access.models import Role
from encours.access.navigation import ADMINISTRATION, Entry

ENTRIES = [
    Entry(_("Relances en masse"), "dunning:runs", "mail-fast", 20),
    Entry(_("Boîte d'envoi"), "dunning:outbox", "mailbox", 30),
    Entry(_("Modèles de message"), "dunning:templates", "template", 50, Role.ADMINISTRATOR, ADMINISTRATION),
    Entry(_("Sévérités"), "dunning:severities", "flag", 51, Role.ADMINISTRATOR, ADMINISTRATION),
]
