"""Know the entries of the navigation: each app declares its own in a module `navigation` (a list ENTRIES)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from encours.access.models import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the navigation.

    ``label`` is translatable text, ``url_name`` a name without arguments (``desk:accounts``), ``icon`` a
    name of the sprite, ``role`` the least role that sees it, ``order`` its place; the entries of a ``group``
    share a menu.
    """

    label: str | Promise
    url_name: str
    icon: str
    order: int
    role: Role = Role.READER
    group: str = ""


ADMINISTRATION = "Administration"
"""The group of what authorised users configure."""
