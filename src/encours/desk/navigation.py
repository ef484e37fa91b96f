"""The entry of the account list in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from encours.access.navigation import Entry

ENTRIES = [
    Entry(label=_("Comptes clients et relances"), url_name="desk:accounts", icon="layout-list", order=10)
]
