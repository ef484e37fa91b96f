"""Know what the palette can do: open a page of the navigation, or do something to an account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.access.models import Role, User
from encours.access.navigation import all_entries
from encours.access.rights import has_role
from encours.core.search import normalise


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the palette: what it says, more of it in small, where it leads, its icon."""

    label: str
    detail: str
    address: str
    icon: str


@dataclass(frozen=True, slots=True)
class AccountCommand:
    """Something that is done to one account: its page takes the id of the account alone."""

    key: str
    label: str | Promise
    url_name: str
    icon: str
    role: Role = Role.COLLECTOR

    def address(self, account_id: int) -> str:
        """Return where it is done to an account."""
        return reverse(self.url_name, args=[account_id])


ACCOUNT_COMMANDS = (
    AccountCommand("relance", gettext_lazy("Faire une relance"), "dunning:remind", "bell"),
    AccountCommand("facture", gettext_lazy("Nouvelle facture"), "receivables:new_invoice", "file-invoice"),
    AccountCommand("reglement", gettext_lazy("Nouveau règlement"), "receivables:new_payment", "cash"),
    AccountCommand("avoir", gettext_lazy("Nouvel avoir"), "receivables:new_credit_note", "receipt-refund"),
    AccountCommand(
        "suspension", gettext_lazy("Suspendre les relances"), "receivables:hold_account", "player-pause"
    ),
    AccountCommand(
        "adresses", gettext_lazy("Gérer les adresses de relance"), "desk:contact", "address-book", Role.READER
    ),
)


def commands_of(user: User) -> list[AccountCommand]:
    """Return what a user may do to an account."""
    return [command for command in ACCOUNT_COMMANDS if has_role(user, command.role)]


def command_of(user: User, key: str) -> AccountCommand | None:
    """Return the command that was chosen, if the user has it."""
    return next((command for command in commands_of(user) if command.key == key), None)


def general_options(user: User, text: str) -> list[Option]:
    """Return the pages and actions whose name holds every word of a text."""
    words = normalise(text).split()
    return [
        option
        for option in _all_options(user)
        if all(word in normalise(f"{option.label} {option.detail}") for word in words)
    ]


def _all_options(user: User) -> Iterator[Option]:
    here = reverse("desk:palette")
    for command in commands_of(user):
        yield Option(str(command.label), _("pour un client…"), f"{here}?action={command.key}", command.icon)
    if has_role(user, Role.COLLECTOR):
        yield Option(_("Relancer en masse"), "", reverse("dunning:new_run"), "bell-ringing")
    for entry in all_entries():
        if has_role(user, entry.role):
            group = _(entry.group) if entry.group else ""
            yield Option(str(entry.label), group, reverse(entry.url_name), entry.icon)
    yield Option(_("Mes filtres"), "", reverse("desk:saved_filters"), "bookmark")
    yield Option(_("Mon compte"), "", reverse("access:account"), "user-cog")
    yield Option(_("Aide"), "", reverse("manual:contents"), "help")
    yield Option(_("Raccourcis clavier"), "", reverse("desk:shortcuts"), "keyboard")
