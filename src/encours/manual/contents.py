"""Know the order of the manual: its chapters, and the pages of each by the names of their files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CHAPTERS = (
    (_("Commencer"), ("connexion", "clavier")),
    (
        _("Chaque jour"),
        ("liste-et-filtres", "relancer-un-client", "relancer-en-masse", "boite-d-envoi", "tableau-de-bord"),
    ),
    (
        _("Les comptes"),
        ("clients-et-contacts", "factures-et-avoirs", "reglements-et-imputations", "suspendre"),
    ),
    (_("Les courriers et les états"), ("courriers", "releves", "archives-et-preuve")),
    (
        _("Administrer"),
        ("administration", "journal", "donnees-personnelles", "importer", "sauvegarder"),
    ),
)

NAMES = tuple(name for _chapter, names in CHAPTERS for name in names)
"""Every page in the order in which the manual is read."""
