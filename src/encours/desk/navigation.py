"""The entries of the account list and of the dashboard in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from encours.access.models import Role
from encours.access.navigation import ADMINISTRATION, Entry

ENTRIES = [
    Entry(label=_("Comptes clients et relances"), url_name="desk:accounts", icon="layout-list", order=10),
    Entry(label=_("Tableau de bord"), url_name="desk:dashboard", icon="chart-bar", order=15),
    Entry(
        label=_("Conservation des données"),
        url_name="desk:retention",
        icon="hourglass",
        order=94,
        role=Role.ADMINISTRATOR,
        group=ADMINISTRATION,
    ),
    Entry(
        label=_("Journal"),
        url_name="desk:journal",
        icon="history",
        order=95,
        role=Role.ADMINISTRATOR,
        group=ADMINISTRATION,
    ),
]
