"""Know the entries of the navigation: each app declares its own in a module `navigation` (a list ENTRIES)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

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


@cache
def all_entries() -> tuple[Entry, ...]:
    """Return the entries of every app, in their order."""
    return tuple(sorted(_declared(), key=lambda entry: entry.order))


def _declared() -> Iterator[Entry]:
    for app in apps.get_app_configs():
        if app.name.startswith("encours.") and app.label not in {"web", "access"}:
            yield from _entries_of(app.name) if module_has_submodule(app.module, "navigation") else ()
    yield from ()


def _entries_of(app_name: str) -> list[Entry]:
    entries: list[Entry] = import_module(f"{app_name}.navigation").ENTRIES
    return entries
