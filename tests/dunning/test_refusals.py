"""What must not leave is refused under the lock, with its reason, and nothing is changed."""

from __future__ import annotations

import datetime as dt

import pytest

from encours.archive.models import IssuedDocument, StoredBlob
from encours.core.errors import Refusal
from encours.core.money import Money
from encours.core.selection import Left, Reason
from encours.delivery.models import OutboxMessage
from encours.dunning.models import Reminder, ReminderCounter, ReminderLine
from encours.parties import actions as parties
from encours.parties.models import Account
from encours.receivables.models import Invoice
from encours.receivables.queries import OpenInvoice
from tests import build
from tests.dunning.issuing import issue_chosen, remind, remind_one

pytestmark = pytest.mark.django_db


def nothing_changed(invoice: Invoice) -> None:
    assert Reminder.objects.count() == ReminderLine.objects.count() == 0
    assert IssuedDocument.objects.count() == StoredBlob.objects.count() == OutboxMessage.objects.count() == 0
    assert ReminderCounter.objects.filter(last_number__gt=0).count() == 0
    invoice.refresh_from_db()
    assert (invoice.reminder_count, invoice.last_reminded_at) == (0, None)


def as_open(invoice: Invoice) -> OpenInvoice:
    return OpenInvoice(
        id=invoice.id,
        account_id=invoice.account_id,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        net=Money(invoice.net_minor, "EUR"),
        gross=Money(invoice.gross_minor, "EUR"),
        remaining=Money(invoice.gross_minor, "EUR"),
        days_late=10,
        reminder_count=0,
        last_reminded_at=None,
        hold=None,
    )


def refused(account: Account, code: str, match: str, **changes: object) -> None:
    with pytest.raises(Refusal, match=match):
        issue_chosen(account, code, "refused", **changes)


def test_a_settled_invoice_cannot_be_reminded() -> None:
    invoice = build.example()
    build.allocation(build.payment(invoice.account, amount=640_000), invoice)
    refused(invoice.account, "L1", "FAC-201601-01 n'a plus rien à payer", invoices=(as_open(invoice),))
    nothing_changed(invoice)


def test_a_credit_note_cannot_be_reminded_as_an_invoice() -> None:
    invoice = build.example()
    note = build.credit_note(invoice.account, "AV-1")
    refused(invoice.account, "L1", "AV-1 n'a plus rien à payer", invoices=(as_open(note),))
    nothing_changed(invoice)
    assert issue_chosen(invoice.account, "L1").reference == "TOPCONSEIL-1"


def test_an_invoice_of_another_account_cannot_be_reminded() -> None:
    invoice = build.example()
    other = build.invoice(build.account())
    refused(invoice.account, "L1", "n'a plus rien à payer", invoices=(as_open(other),))
    nothing_changed(invoice)


def test_a_reminder_of_nothing_is_refused() -> None:
    invoice = build.example()
    refused(invoice.account, "L1", "au moins une facture", invoices=())
    nothing_changed(invoice)


def test_an_inactive_customer_or_entity_is_not_reminded() -> None:
    invoice = build.example()
    customer, entity = invoice.account.customer, invoice.account.entity
    parties.set_customer_active(customer=customer, is_active=False, actor=build.ACTOR, now=build.NOW)
    refused(invoice.account, "L1", "inactif")
    parties.set_customer_active(customer=customer, is_active=True, actor=build.ACTOR, now=build.NOW)
    parties.set_entity_active(entity=entity, is_active=False, actor=build.ACTOR, now=build.NOW)
    refused(invoice.account, "L1", "inactif")
    nothing_changed(invoice)


def test_an_entity_without_its_legal_fields_issues_nothing_and_the_field_is_named() -> None:
    invoice = build.example()
    entity = invoice.account.entity
    entity.share_capital = ""
    entity.sender_email = ""
    entity.save()
    refused(invoice.account, "L1", "Il lui manque\u00a0: capital social.$")
    refused(invoice.account, "E1", "Il lui manque\u00a0: capital social, e-mail de l'expéditeur.$")
    assert remind(invoice.account).left == [Left(invoice.account_id, Reason.ENTITY_INCOMPLETE)]
    nothing_changed(invoice)


def test_an_unreachable_customer_is_refused_with_what_is_missing() -> None:
    customer = build.customer(with_contact=False)
    build.contact(customer, emails="", city="")
    account = build.account(customer)
    invoice = build.invoice(account)
    refused(account, "E1", "Aucun e-mail n'est défini")
    refused(account, "L1", "Il manque\u00a0: ville")
    assert remind(account, code="E1").left == [Left(account.id, Reason.NO_EMAIL)]
    assert remind(account, code="L1").left == [Left(account.id, Reason.NO_POSTAL_ADDRESS)]
    nothing_changed(invoice)


def test_who_was_reminded_within_seven_days_is_left_out() -> None:
    account = build.example().account
    remind_one(account)
    again = remind(account, key="again")
    assert (again.reminders, again.left) == ([], [Left(account.id, Reason.RECENTLY_REMINDED, build.TODAY)])
    assert remind(account, key="no limit", days=0).reminders[0].reference == "TOPCONSEIL-2"
    later = build.NOW + dt.timedelta(days=7)
    assert remind(account, key="later", now=later).reminders[0].reference == "TOPCONSEIL-3"


def test_a_refusal_leaves_no_hole_in_the_numbers() -> None:
    invoice = build.example()
    refused(invoice.account, "L1", "au moins une facture", invoices=())
    assert remind_one(invoice.account).number == 1
