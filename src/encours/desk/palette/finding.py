"""Find by a few letters: pages and actions, accounts of customers, invoices, reminders."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from encours.access.models import User
from encours.access.scopes import Scope
from encours.desk.palette.commands import (
    AccountCommand,
    Option,
    command_of,
    commands_of,
    general_options,
)
from encours.dunning.queries import reminders_in
from encours.parties.finding import find_customers
from encours.parties.models import Account
from encours.parties.queries import accounts_in
from encours.receivables.models import InvoiceKind
from encours.receivables.queries import invoices_in

LONGEST_TEXT = 100
MOST_GENERAL = 6
MOST_CUSTOMERS = 8
MOST_DOCUMENTS = 5
FEWEST_LETTERS = 2
"""From how many letters on a text may be the beginning of a number."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some options under one title."""

    title: str
    options: list[Option]


def find(user: User, scope: Scope, text: str, action: str = "") -> list[Group]:
    """Return what holds a text, by kind; with an action chosen, the accounts to which it can be done."""
    text = " ".join(text[:LONGEST_TEXT].replace("\0", "").split())
    command = command_of(user, action)
    accounts = _accounts(scope, text)
    if command is not None:
        return _without_empty(Group(str(command.label), [_option(account, command) for account in accounts]))
    general = general_options(user, text)
    return _without_empty(
        Group(_("Pages et actions"), general[:MOST_GENERAL] if text else general),
        Group(_("Clients"), [_option(account) for account in accounts]),
        Group(_("Actions sur ce client"), _actions(user, accounts)),
        Group(_("Factures et avoirs"), _invoices(scope, text)),
        Group(_("Relances"), _reminders(scope, text)),
    )


def _without_empty(*groups: Group) -> list[Group]:
    return [group for group in groups if group.options]


def _accounts(scope: Scope, text: str) -> list[Account]:
    """Return the accounts of the customers found, in their order."""
    places = {customer.pk: at for at, customer in enumerate(find_customers(scope, text, MOST_CUSTOMERS))}
    if not places:
        return []
    accounts = accounts_in(scope).filter(customer_id__in=places)
    return sorted(accounts, key=lambda account: places[account.customer_id])[:MOST_CUSTOMERS]


def _option(account: Account, command: AccountCommand | None = None) -> Option:
    address = command.address(account.pk) if command else reverse("receivables:account", args=[account.pk])
    detail = f"{account.customer.code} · {account.entity.name}"
    return Option(account.customer.name, detail, address, command.icon if command else "user")


def _actions(user: User, accounts: list[Account]) -> list[Option]:
    """Return what can be done to the first account found, and its statements."""
    if not accounts:
        return []
    account = accounts[0]
    name = f"{account.customer.name} · {account.entity.name}"
    done = [Option(str(one.label), name, one.address(account.pk), one.icon) for one in commands_of(user)]
    seen = [
        Option(label, name, reverse(f"statements:{kind}", args=[account.pk]), "file-text")
        for kind, label in (("compte", _("État du compte client")), ("encours", _("Encours client")))
    ]
    return [*done[:1], *seen, *done[1:]]


def _invoices(scope: Scope, text: str) -> list[Option]:
    if len(text) < FEWEST_LETTERS:
        return []
    rows = invoices_in(scope).filter(_begins("number", text)).order_by("number")[:MOST_DOCUMENTS]
    return [
        Option(
            row.number,
            f"{InvoiceKind(row.kind).label} · {row.account.customer.name}",
            reverse("receivables:invoice", args=[row.pk]),
            "receipt-refund" if row.kind == InvoiceKind.CREDIT_NOTE else "file-invoice",
        )
        for row in rows
    ]


def _reminders(scope: Scope, text: str) -> list[Option]:
    """Return the reminders whose reference begins with a text, or whose number it is."""
    if len(text) < FEWEST_LETTERS and not text.isdecimal():
        return []
    wanted = _begins("reference", text)
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER:
        wanted = Q(number=int(text))
    rows = reminders_in(scope).filter(wanted).defer("frozen", "message").order_by("reference")
    return [
        Option(
            row.reference,
            f"{row.account.customer.name} · {row.subject}",
            reverse("dunning:reminder", args=[row.reference]),
            "archive",
        )
        for row in rows[:MOST_DOCUMENTS]
    ]


LONGEST_NUMBER = 18


def _begins(field: str, text: str) -> Q:
    """Return that a field begins with a text, as typed or in capitals, by an index of either engine."""
    wanted = Q()
    for start in {text, text.upper()}:
        if connection.vendor == "postgresql":
            wanted |= Q(**{f"{field}__startswith": start})
        else:
            wanted |= Q(**{f"{field}__gte": start, f"{field}__lt": f"{start}\U0010ffff"})
    return wanted
