"""Read all that a reminder of an account depends on, for many accounts in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.core.days import paris_date
from encours.core.selection import EMAIL, AccountFacts, OpenItem
from encours.dunning.models import ReminderLine
from encours.parties.models import Account, DunningContact
from encours.parties.queries import contacts_for, emails_of, missing_in_address, missing_legal_fields
from encours.receivables.models import HoldKind
from encours.receivables.queries import OpenInvoice, UnusedCredit, open_invoices_of, unused_credits_of


@dataclass(frozen=True, slots=True)
class Situation:
    """One account on one day: who, where, what is open, what is unused, and when each invoice was reminded.

    ``reminded_at`` holds the last reminder that counts of each invoice, reserved ones included.
    """

    account: Account
    contact: DunningContact | None
    invoices: tuple[OpenInvoice, ...]
    credits: tuple[UnusedCredit, ...]
    reminded_at: Mapping[int, dt.datetime]
    today: dt.date

    @property
    def reminded_on(self) -> dict[int, dt.date]:
        """Return the date of the last reminder that counts of each invoice of the account."""
        return {
            invoice.id: paris_date(moment)
            for invoice in self.invoices
            if (moment := self.reminded_at.get(invoice.id)) is not None
        }

    @property
    def is_active(self) -> bool:
        """Tell whether both sides of the account are in use."""
        return self.account.entity.is_active and self.account.customer.is_active

    def missing_in_entity(self, mode: str) -> tuple[str, ...]:
        """Return what the billing entity lacks to issue a reminder, in the words of the interface."""
        missing = missing_legal_fields(self.account.entity)
        if mode == EMAIL and not self.account.entity.sender_email:
            return (*missing, _("e-mail de l'expéditeur"))
        return missing

    def facts(self, modes: Collection[str]) -> AccountFacts:
        """Return what core.selection decides from."""
        can_send = bool(self.account.entity.sender_email)
        reminded_on = self.reminded_on
        return AccountFacts(
            account_id=self.account.id,
            items=tuple(_item(invoice, reminded_on.get(invoice.id)) for invoice in self.invoices),
            unused_credits=tuple(credit.remaining for credit in self.credits),
            has_email=bool(emails_of(self.contact)) and can_send,
            has_postal_address=not missing_in_address(self.contact),
            is_active=self.is_active,
            is_entity_complete=any(not self.missing_in_entity(mode) for mode in modes),
        )


def _item(invoice: OpenInvoice, last_reminded_on: dt.date | None) -> OpenItem:
    hold = invoice.hold
    return OpenItem(
        invoice_id=invoice.id,
        due_date=invoice.due_date,
        remaining=invoice.remaining,
        last_reminded_on=last_reminded_on,
        is_disputed=hold is not None and hold.kind == HoldKind.DISPUTE,
        held_until=hold.until if hold is not None and hold.kind == HoldKind.POSTPONED else None,
    )


def read_situations(scope: Scope, account_ids: Collection[int], today: dt.date) -> dict[int, Situation]:
    """Return the situation of each account of the scope, by account id, in the order of the list."""
    accounts = scope.narrow(Account.objects.select_related("customer").filter(id__in=account_ids))
    # An entity is read once for all its accounts.
    rows = list(accounts.prefetch_related("entity").order_by("entity_code", "search_name", "id"))
    contacts = contacts_for(rows)
    invoices = open_invoices_of(scope, account_ids, today)
    credits = unused_credits_of(scope, account_ids, today)
    reminded = _reminded_at(account_ids)
    return {
        row.id: Situation(
            account=row,
            contact=contacts.get(row.id),
            invoices=tuple(invoices.get(row.id, ())),
            credits=tuple(credits.get(row.id, ())),
            reminded_at=reminded,
            today=today,
        )
        for row in rows
    }


def _reminded_at(account_ids: Collection[int]) -> dict[int, dt.datetime]:
    """Return the moment of the last reminder that counts, by invoice id."""
    rows = ReminderLine.objects.filter(reminder__account_id__in=account_ids, reminder__counts=True)
    return dict(rows.order_by().values_list("invoice_id").annotate(last=Max("reminder__created_at")))
