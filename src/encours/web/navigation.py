"""Say what of the navigation entries that the apps declare one user sees on one page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from encours.access.models import User
from encours.access.navigation import all_entries
from encours.access.rights import has_role

PERSONAL = "/mon-compte/"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one user sees it on one page."""

    label: str
    address: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """The links of the bar, and those of each menu with its name and whether it holds the current page."""

    links: tuple[Link, ...]
    menus: tuple[tuple[str, tuple[Link, ...], bool], ...]


def navigation_for(user: User, path: str) -> Navigation:
    """Return what a user may go to; the entry with the longest address that begins the path is current.

    A menu of one entry is no menu: the entry stands in the bar.
    """
    entries = [(entry, reverse(entry.url_name)) for entry in all_entries() if has_role(user, entry.role)]
    nowhere = path.startswith(PERSONAL)  # «/» begins every address
    current = "" if nowhere else max((at for _, at in entries if path.startswith(at)), key=len, default="")
    links = [
        (entry.group, Link(str(entry.label), address, entry.icon, address == current))
        for entry, address in entries
    ]
    groups = dict.fromkeys(group for group, _ in links if group)
    inside = {name: tuple(link for group, link in links if group == name) for name in groups}
    menus = {name: found for name, found in inside.items() if len(found) > 1}
    return Navigation(
        links=tuple(link for group, link in links if group not in menus),
        menus=tuple((name, found, any(link.is_current for link in found)) for name, found in menus.items()),
    )
