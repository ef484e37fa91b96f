"""Know which page of the manual explains each screen: the one table, by the names of the addresses."""

from __future__ import annotations

from django.urls import reverse

HELP = {
    "access:account": "connexion",
    "access:security": "connexion",
    "desk:palette": "clavier",
    "desk:shortcuts": "clavier",
    "desk:statements": "releves",
    "desk:personal_data": "donnees-personnelles",
    "desk:retention": "donnees-personnelles",
    "dunning:letterhead": "courriers",
    "dunning:notices": "connexion",
    "statements:compte": "releves",
    "statements:encours": "releves",
}


def help_address(view_name: str) -> str:
    """Return where the manual explains a screen: its page, or the contents where it has none."""
    page = HELP.get(view_name)
    return reverse("manual:page", args=[page]) if page else reverse("manual:contents")
