"""The manual is for whoever is signed in."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Page

PICTURE = "releve-compte.png"

PAGES = {
    "manual:contents": Page(get=Role.READER),
    "manual:page": Page(get=Role.READER, args=lambda _side: {"name": "connexion"}, is_personal=True),
    "manual:picture": Page(get=Role.READER, args=lambda _side: {"name": PICTURE}, is_personal=True),
}
