"""Know which e-mail addresses of a contact were refused, when and why, and forget those corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from encours.core.addresses import split_emails, valid_emails
from encours.parties.models import DunningContact


@dataclass(frozen=True, slots=True)
class RefusedEmail:
    """An address in the form in which it is sent, and the last refusal: its moment, the server's words."""

    email: str
    at: dt.datetime
    reason: str


def refused_emails_of(contact: DunningContact | None) -> tuple[RefusedEmail, ...]:
    """Return the refused addresses of a contact, the earliest refusal first."""
    return () if contact is None else _read(contact.refused_emails)


def with_refusal(contact: DunningContact, refused: RefusedEmail) -> str:
    """Return what a contact keeps once an address is refused; an earlier refusal of it is replaced."""
    others = [one for one in refused_emails_of(contact) if not _are_same(one.email, refused.email)]
    return _written([*others, refused])


def holds_email(contact: DunningContact, email: str) -> bool:
    """Tell whether an address is one of a contact's."""
    return any(_are_same(own, email) for own in _sendable(contact.emails))


def still_refused(kept: str, emails: str) -> str:
    """Return what a contact keeps of its refusals once it has these addresses: those that are still there."""
    sendable = _sendable(emails)
    return _written([one for one in _read(kept) if any(_are_same(one.email, own) for own in sendable)])


def without_refused(emails: tuple[str, ...], contact: DunningContact) -> tuple[str, ...]:
    """Return the addresses that nobody refused."""
    refused = {one.email.casefold() for one in refused_emails_of(contact)}
    return tuple(email for email in emails if email.casefold() not in refused)


def _sendable(emails: str) -> tuple[str, ...]:
    return (*valid_emails(emails), *split_emails(emails))


def _are_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _read(kept: str) -> tuple[RefusedEmail, ...]:
    rows = (line.split("\t", 2) for line in kept.splitlines())
    return tuple(RefusedEmail(email, dt.datetime.fromisoformat(at), reason) for email, at, reason in rows)


def _written(refused: list[RefusedEmail]) -> str:
    return "\n".join(f"{one.email}\t{one.at.isoformat()}\t{' '.join(one.reason.split())}" for one in refused)
