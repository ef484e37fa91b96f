"""Play the story through the real actions, day by day; what is there already is left as it is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import singledispatchmethod

from encours.core.actors import Actor
from encours.core.currencies import decimals_of
from encours.core.money import decimal_to_minor
from encours.desk.demo.looks import dress
from encours.desk.demo.mail import settle
from encours.desk.demo.people import ENTITIES, PEOPLE
from encours.desk.demo.remind import remind
from encours.desk.demo.story import STORY, Credited, Event, Held, Issued, Paid, Reminded
from encours.parties import actions as parties
from encours.parties.models import Account, BillingEntity, Customer
from encours.receivables import actions
from encours.receivables.details import InvoiceDetails, PaymentDetails
from encours.receivables.models import Hold, HoldKind, Invoice, Payment

NINE_O_CLOCK = dt.timedelta(hours=9, minutes=12)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An issued document of the story with the number and the date that it gets."""

    issued: Issued
    number: str
    date: dt.date


def first_day_of_telling(today: dt.date) -> dt.date:
    """Return the day on which the story ends: that of the first loading, or today where there was none."""
    oldest = max((event for event in STORY if isinstance(event, Issued)), key=lambda event: event.days_ago)
    found = Invoice.objects.filter(
        entity__code=oldest.entity, account__customer__code=oldest.customer
    ).order_by("issue_date")
    first = found.values_list("issue_date", flat=True).first()
    return today if first is None else first + dt.timedelta(days=oldest.days_ago)


class Player:
    """Plays the story as if it had happened, ending today or on the day of the first loading."""

    def __init__(self, *, today: dt.date, actor: Actor, zone: dt.tzinfo) -> None:
        self.today = first_day_of_telling(today)
        self.actor = actor
        self.zone = zone
        self.documents = {one.issued.key: one for one in _numbered(self.today)}

    def play(self) -> None:
        """Create the people, then everything that happened, in the order of the days."""
        first = self.moment(max(event.days_ago for event in STORY) + 1)
        self._people(first)
        for event in sorted(STORY, key=lambda event: -event.days_ago):
            self.happen(event)

    def moment(self, days_ago: int) -> dt.datetime:
        """Return a moment of a day in the past."""
        day = self.today - dt.timedelta(days=days_ago)
        return dt.datetime.combine(day, dt.time(), tzinfo=self.zone) + NINE_O_CLOCK

    def _people(self, now: dt.datetime) -> None:
        for entity in ENTITIES:
            if not BillingEntity.objects.filter(code=entity.code).exists():
                created = parties.create_entity(details=entity, actor=self.actor, now=now)
                dress(created, actor=self.actor, now=now)
        for person in PEOPLE:
            if not Customer.objects.filter(code=person.code).exists():
                customer = parties.create_customer(details=person.details(), actor=self.actor, now=now)
                contact = person.contact_details()
                parties.set_contact(
                    customer=customer, entity=None, details=contact, actor=self.actor, now=now
                )

    def _account(self, entity: str, customer: str) -> Account:
        return parties.ensure_account(
            entity=BillingEntity.objects.get(code=entity), customer=Customer.objects.get(code=customer)
        )

    def _invoice(self, key: str) -> Invoice:
        document = self.documents[key]
        return Invoice.objects.get(entity__code=document.issued.entity, number=document.number)

    @singledispatchmethod
    def happen(self, event: Event) -> None:
        """Let one event happen, unless it has happened already."""
        raise NotImplementedError(event)

    @happen.register
    def _(self, event: Issued) -> None:
        document = self.documents[event.key]
        if Invoice.objects.filter(entity__code=event.entity, number=document.number).exists():
            return
        record = actions.record_credit_note if event.is_credit else actions.record_invoice
        record(
            account=self._account(event.entity, event.customer),
            details=_details(document),
            actor=self.actor,
            now=self.moment(event.days_ago),
        )

    @happen.register
    def _(self, event: Paid) -> None:
        account = self._account(event.entity, event.customer)
        day = self.today - dt.timedelta(days=event.days_ago)
        reference = f"{event.method[:3].upper()}-{day:%Y%m%d}"
        if Payment.objects.filter(
            account__entity=account.entity, account=account, reference=reference
        ).exists():
            return
        details = PaymentDetails(
            reference=reference,
            date=day,
            amount_minor=decimal_to_minor(Decimal(event.amount), event.currency),
            currency=event.currency,
            method=event.method,
        )
        now = self.moment(event.days_ago)
        payment = actions.record_payment(account=account, details=details, actor=self.actor, now=now)
        for key in event.on:
            payment.refresh_from_db()
            invoice = self._invoice(key)
            actions.allocate(
                source=payment,
                invoice=invoice,
                amount_minor=min(payment.remaining_minor, invoice.remaining_minor),
                actor=self.actor,
                now=now,
            )

    @happen.register
    def _(self, event: Credited) -> None:
        credit, invoice = self._invoice(event.credit), self._invoice(event.invoice)
        if credit.remaining_minor == 0:
            return
        actions.allocate(
            source=credit,
            invoice=invoice,
            amount_minor=min(credit.remaining_minor, invoice.remaining_minor),
            actor=self.actor,
            now=self.moment(event.days_ago),
        )

    @happen.register
    def _(self, event: Held) -> None:
        invoice = self._invoice(event.invoice)
        if Hold.objects.filter(invoice=invoice).exists():
            return
        day = self.today - dt.timedelta(days=event.days_ago)
        actions.place_hold(
            account=invoice.account,
            invoice=invoice,
            kind=HoldKind.DISPUTE if event.days is None else HoldKind.POSTPONED,
            until=None if event.days is None else day + dt.timedelta(days=event.days),
            reason=event.reason,
            actor=self.actor,
            now=self.moment(event.days_ago),
        )

    @happen.register
    def _(self, event: Reminded) -> None:
        now = self.moment(event.days_ago)
        account = self._account(event.entity, event.customer)
        for reference in remind(account=account, code=event.template, actor=self.actor, now=now):
            settle(reference, event.outcome, now=now + dt.timedelta(seconds=8))


def _numbered(today: dt.date) -> list[Numbered]:
    """Give each document its number: by entity and month, in the order of issue."""
    counts: Counter[str] = Counter()
    numbered: list[Numbered] = []
    issued = [event for event in STORY if isinstance(event, Issued)]
    for event in sorted(issued, key=lambda event: (-event.days_ago, event.key)):
        date = today - dt.timedelta(days=event.days_ago)
        prefix = f"{'AV' if event.is_credit else 'FAC'}-{date:%Y%m}"
        counts[f"{event.entity} {prefix}"] += 1
        number = f"{prefix}-{counts[f'{event.entity} {prefix}']:02}"
        numbered.append(Numbered(event, number, date))
    return numbered


def _details(document: Numbered) -> InvoiceDetails:
    event = document.issued
    unit = Decimal(1).scaleb(-decimals_of(event.currency))
    net = Decimal(event.net)
    vat = (net * event.vat_percent / 100).quantize(unit, ROUND_HALF_UP)
    net_minor, vat_minor = (decimal_to_minor(amount, event.currency) for amount in (net, vat))
    return InvoiceDetails(
        number=document.number,
        issue_date=document.date,
        due_date=document.date + dt.timedelta(days=event.term_days),
        net_minor=net_minor,
        vat_minor=vat_minor,
        gross_minor=net_minor + vat_minor,
        currency=event.currency,
    )
