"""Decide which accounts are reminded of which invoices, and why the others are left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from encours.core.days import days_late
from encours.core.money import Money, sum_by_currency

EMAIL = "email"
LETTER = "letter"


class Reason(StrEnum):
    """Why an account is not reminded."""

    NOTHING_OVERDUE = "nothing_overdue"
    BELOW_MINIMUM = "below_minimum"
    RECENTLY_REMINDED = "recently_reminded"
    NO_EMAIL = "no_email"
    NO_POSTAL_ADDRESS = "no_postal_address"
    COVERED_BY_CREDIT = "covered_by_credit"
    DISPUTED = "disputed"
    HELD = "held"
    INACTIVE = "inactive"
    ENTITY_INCOMPLETE = "entity_incomplete"
    PAID = "paid"
    """Since it was proposed."""
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice that is not settled; ``last_reminded_on`` is None unless a reminder of it counts."""

    invoice_id: int
    due_date: dt.date
    remaining: Money
    last_reminded_on: dt.date | None = None
    is_disputed: bool = False
    held_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All that the decision about one account depends on; a hold of the account holds all its invoices."""

    account_id: int
    items: tuple[OpenItem, ...]
    unused_credits: tuple[Money, ...] = ()
    has_email: bool = True
    has_postal_address: bool = True
    is_active: bool = True
    is_entity_complete: bool = True
    is_disputed: bool = False
    held_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked for: the modes in order of preference, and which invoices are worth a reminder.

    ``minimum_minor`` is per currency, of the total of the account; ``not_reminded_days`` 0 is no limit:
    otherwise an invoice reminded less than that many days ago is left out. ``includes_not_due`` adds the
    invoices that are not due yet to what is overdue; an account is never reminded for them alone.
    """

    modes: tuple[str, ...]
    min_days_late: int = 1
    minimum_minor: Mapping[str, int] = field(default_factory=dict)
    not_reminded_days: int = 7
    includes_not_due: bool = False


@dataclass(frozen=True, slots=True)
class Remind:
    """The account is to be reminded of these invoices; a credit that covers a part is worth a warning."""

    account_id: int
    mode: str
    items: tuple[OpenItem, ...]
    has_unused_credit: bool

    @property
    def invoice_ids(self) -> tuple[int, ...]:
        """Return the invoices by id, oldest due date first."""
        return tuple(item.invoice_id for item in self.items)

    @property
    def totals(self) -> dict[str, Money]:
        """Return what is asked for, per currency."""
        return sum_by_currency(item.remaining for item in self.items)


@dataclass(frozen=True, slots=True)
class Left:
    """The account is left out; ``on`` is the day of its last reminder, or that until which it is held."""

    account_id: int
    because: Reason
    on: dt.date | None = None


Decision = Remind | Left
_Keep = Callable[[OpenItem], bool]


def decide(facts: AccountFacts, policy: Policy, today: dt.date) -> Decision:
    """Decide about one account; the first reason that leaves nothing to remind is the one given."""
    items: tuple[OpenItem, ...] = tuple(
        sorted(facts.items, key=lambda item: (item.due_date, item.invoice_id))
    )
    for reason, keep in _filters(facts, policy, today):
        kept = tuple(item for item in items if keep(item))
        if not kept:
            return Left(facts.account_id, reason, _day_of(reason, items, facts))
        items = kept
    items = _worth_their_currency(items, policy.minimum_minor)
    if not items:
        return Left(facts.account_id, Reason.BELOW_MINIMUM)
    if is_covered(sum_by_currency(item.remaining for item in items), facts.unused_credits):
        return Left(facts.account_id, Reason.COVERED_BY_CREDIT)
    mode = _reachable_mode(facts, policy.modes)
    if isinstance(mode, Reason):
        return Left(facts.account_id, mode)
    if policy.includes_not_due:
        items += _not_due(facts, today)
    return Remind(facts.account_id, mode, items, has_unused_credit=_has_credit(facts, items))


def _day_of(reason: Reason, items: tuple[OpenItem, ...], facts: AccountFacts) -> dt.date | None:
    """Return the day that belongs to a reason: of the newest reminder, or from which one is allowed again."""
    if reason is Reason.RECENTLY_REMINDED:
        return max((item.last_reminded_on for item in items if item.last_reminded_on), default=None)
    if reason is Reason.HELD:
        return facts.held_until or min((item.held_until for item in items if item.held_until), default=None)
    return None


def is_recent(reminded_on: dt.date | None, not_reminded_days: int, today: dt.date) -> bool:
    """Tell whether a reminder is too recent for another: 7 days after Monday is the next Monday."""
    if reminded_on is None or not_reminded_days <= 0:
        return False
    return (today - reminded_on).days < not_reminded_days


def is_covered(totals: Mapping[str, Money], credits: Iterable[Money]) -> bool:
    """Tell whether unused credit covers all that is asked, in each currency."""
    unused = sum_by_currency(credits)
    return all(
        currency in unused and unused[currency].minor >= total.minor for currency, total in totals.items()
    )


def _filters(facts: AccountFacts, policy: Policy, today: dt.date) -> list[tuple[Reason, _Keep]]:
    """Return what is asked of an invoice, in the order in which the reasons are given."""
    return [
        (Reason.NOTHING_OVERDUE, lambda item: days_late(item.due_date, today) > 0),
        (Reason.INACTIVE, lambda _: facts.is_active),
        (Reason.ENTITY_INCOMPLETE, lambda _: facts.is_entity_complete),
        (Reason.DISPUTED, lambda item: not (facts.is_disputed or item.is_disputed)),
        (
            Reason.HELD,
            lambda item: not (_is_held(facts.held_until, today) or _is_held(item.held_until, today)),
        ),
        (Reason.BELOW_MINIMUM, lambda item: days_late(item.due_date, today) >= policy.min_days_late),
        (
            Reason.RECENTLY_REMINDED,
            lambda item: not is_recent(item.last_reminded_on, policy.not_reminded_days, today),
        ),
    ]


def _is_held(until: dt.date | None, today: dt.date) -> bool:
    """Tell whether «ne pas relancer jusqu'au» holds: until that day, on which it may be reminded again."""
    return until is not None and today < until


def _worth_their_currency(items: tuple[OpenItem, ...], minimum: Mapping[str, int]) -> tuple[OpenItem, ...]:
    """Return the invoices of the currencies whose total reaches the minimum."""
    totals = sum_by_currency(item.remaining for item in items)
    kept = {currency for currency, total in totals.items() if total.minor >= minimum.get(currency, 0)}
    return tuple(item for item in items if item.remaining.currency in kept)


def _reachable_mode(facts: AccountFacts, modes: tuple[str, ...]) -> str | Reason:
    """Return the first mode by which the account can be reached, or why the first one fails."""
    reachable = {EMAIL: facts.has_email, LETTER: facts.has_postal_address}
    for mode in modes:
        if reachable[mode]:
            return mode
    return Reason.NO_EMAIL if modes[0] == EMAIL else Reason.NO_POSTAL_ADDRESS


def _not_due(facts: AccountFacts, today: dt.date) -> tuple[OpenItem, ...]:
    """Return what is not due yet and neither disputed nor held."""
    found = (
        item
        for item in facts.items
        if days_late(item.due_date, today) <= 0 and not (item.is_disputed or _is_held(item.held_until, today))
    )
    return tuple(sorted(found, key=lambda item: (item.due_date, item.invoice_id)))


def _has_credit(facts: AccountFacts, items: tuple[OpenItem, ...]) -> bool:
    currencies = {item.remaining.currency for item in items}
    return any(credit.minor > 0 and credit.currency in currencies for credit in facts.unused_credits)
