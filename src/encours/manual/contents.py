"""Know the order of the manual: its chapters, and the pages of each by the names of their files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CHAPTERS = (
    (_("Commencer"), ("connexion", "clavier")),
    (_("Les courriers et les états"), ("courriers", "releves")),
    (_("Administrer"), ("donnees-personnelles",)),
)

NAMES = tuple(name for _chapter, names in CHAPTERS for name in names)
"""Every page in the order in which the manual is read."""
