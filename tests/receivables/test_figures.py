"""Kept figures always equal their recomputation, whatever the documents and in however many statements."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from encours.core.days import month_number
from encours.parties.models import Account, BillingEntity, Customer
from encours.receivables.figures import bring_up_to_date, lock_accounts, refresh_accounts
from encours.receivables.models import AccountBalance, Allocation, Invoice, Payment
from encours.receivables.recomputation import check

TODAY = dt.date(2016, 5, 16)
NOON = dt.datetime(2016, 5, 16, 10, tzinfo=dt.UTC)


def make_account(code: str = "C1") -> Account:
    entity, _ = BillingEntity.objects.get_or_create(code="E1", defaults={"name": "Entité"})
    customer = Customer.objects.create(code=code, name=code, search_name=code.lower())
    return Account.objects.create(
        entity=entity, customer=customer, entity_code=entity.code, search_name=customer.search_name
    )


def make_invoice(account: Account, number: str, issued: dt.date, gross: int, **fields: object) -> Invoice:
    values: dict[str, object] = {
        "account": account,
        "entity_id": account.entity_id,
        "number": number,
        "issue_date": issued,
        "issue_month": month_number(issued),
        "due_date": issued + dt.timedelta(days=30),
        "net_minor": gross,
        "vat_minor": 0,
        "gross_minor": gross,
        "remaining_minor": gross,
        "currency": "EUR",
        **fields,
    }
    return Invoice.objects.create(**values)


def make_payment(account: Account, reference: str, day: dt.date, amount: int, **fields: object) -> Payment:
    values: dict[str, object] = {
        "account": account,
        "reference": reference,
        "date": day,
        "amount_minor": amount,
        "remaining_minor": amount,
        "currency": "EUR",
        **fields,
    }
    return Payment.objects.create(**values)


@pytest.mark.django_db
def test_an_account_keeps_what_the_list_needs() -> None:
    account = make_account()
    make_invoice(account, "F1", dt.date(2015, 12, 10), 11400, remaining_minor=6400)
    make_invoice(account, "F2", dt.date(2016, 4, 1), 5000, reminder_count=2)
    make_invoice(account, "F3", dt.date(2016, 4, 2), 700, currency="JPY")
    make_invoice(account, "A1", dt.date(2016, 2, 1), 300, kind="credit_note")
    make_payment(account, "P1", dt.date(2016, 3, 1), 250)
    refresh_accounts([account.id], today=TODAY)
    account.refresh_from_db()
    assert (account.invoice_count, account.open_invoice_count, account.reminded_open_count) == (3, 3, 1)
    assert (account.first_issue_month, account.last_issue_month) == (2015 * 12 + 11, 2016 * 12 + 3)
    assert account.recent_issue_months == 0b10101
    assert account.oldest_open_issue_month == 2015 * 12 + 11
    assert account.oldest_open_due_date == dt.date(2016, 1, 9)
    assert account.oldest_unreminded_due_date == dt.date(2016, 1, 9)
    assert account.oldest_unused_credit_month == 2016 * 12 + 1
    assert account.oldest_unallocated_payment_month == 2016 * 12 + 2
    assert account.next_issue_date is None
    amounts = AccountBalance.objects.order_by("currency").values_list(
        "currency", "open_minor", "credit_note_minor", "payment_minor"
    )
    assert list(amounts) == [("EUR", 11400, 300, 250), ("JPY", 700, 0, 0)]


@pytest.mark.django_db
def test_a_document_of_a_later_day_counts_from_that_day_on() -> None:
    account = make_account()
    make_invoice(account, "F1", dt.date(2016, 5, 17), 100)
    refresh_accounts([account.id], today=TODAY)
    account.refresh_from_db()
    assert (account.invoice_count, account.first_issue_month) == (0, None)
    assert account.next_issue_date == dt.date(2016, 5, 17)
    assert bring_up_to_date(today=TODAY) == 0
    assert bring_up_to_date(today=dt.date(2016, 5, 17)) == 1
    later = Account.objects.get()
    assert (later.invoice_count, later.open_invoice_count, later.next_issue_date) == (1, 1, None)


@pytest.mark.django_db
def test_figures_disappear_with_the_documents_they_came_from() -> None:
    account = make_account()
    invoice = make_invoice(account, "F1", dt.date(2016, 1, 1), 100)
    refresh_accounts([account.id], today=TODAY)
    invoice.delete()
    refresh_accounts([account.id], today=TODAY)
    account.refresh_from_db()
    assert (account.invoice_count, account.oldest_open_due_date) == (0, None)
    assert not AccountBalance.objects.exists()


@pytest.mark.django_db
def test_the_number_of_statements_does_not_depend_on_the_number_of_accounts() -> None:
    ids = [make_account(f"C{number}").id for number in range(40)]
    counts = []
    for chosen in (ids[:1], ids):
        with (
            CaptureQueriesContext(
                connection,
            ) as queries,
            transaction.atomic(),
        ):
            lock_accounts(chosen)
            refresh_accounts(chosen, today=TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_wrong_figure_is_reported_with_its_account_and_both_values() -> None:
    account = make_account()
    make_invoice(account, "F1", dt.date(2016, 1, 1), 100)
    refresh_accounts([account.id], today=TODAY)
    assert check(today=TODAY).problems == []
    Account.objects.filter(id=account.id).update(open_invoice_count=7)
    Invoice.objects.update(remaining_minor=40)
    assert check(today=TODAY).problems == [
        "facture F1 : solde 40 au lieu de 100",
        "compte E1 c1 : open_invoice_count 7 au lieu de 1",
    ]


documents = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "credit_note", "payment"]),
        st.dates(dt.date(2009, 11, 1), dt.date(2016, 6, 30)),
        st.integers(1, 10**12),
        st.sampled_from(["EUR", "JPY", "TND"]),
        st.integers(0, 100),
        st.booleans(),
    ),
    max_size=12,
)


class KeptFiguresEqualTheirRecomputation(TestCase):
    """The property, on documents of any kind, day, currency and degree of settlement."""

    @settings(max_examples=60, deadline=None)
    @given(documents=documents, today=st.dates(dt.date(2015, 1, 1), dt.date(2016, 6, 30)))
    def test_for_any_documents(
        self, documents: list[tuple[str, dt.date, int, str, int, bool]], today: dt.date
    ) -> None:
        account = make_account()
        sink = make_invoice(account, "sink", dt.date(2009, 1, 1), 10**14)
        for position, (kind, day, amount, currency, percent, flag) in enumerate(documents):
            used = amount * percent // 100
            extra: dict[str, object] = {"currency": currency, "remaining_minor": amount - used}
            if kind == "payment":
                payment = make_payment(account, f"P{position}", day, amount, **extra)
                sides: dict[str, object] = {"invoice": sink, "payment": payment}
            else:
                extra |= {"kind": kind, "reminder_count": int(flag)}
                invoice = make_invoice(account, f"D{position}", day, amount, **extra)
                counter = make_payment(account, f"X{position}", day, amount, remaining_minor=amount - used)
                sides = {"invoice": invoice, "payment": counter}
                if kind == "credit_note":
                    counter.delete()
                    sides = {"invoice": sink, "credit_note": invoice}
            if used:
                Allocation.objects.create(**sides, amount_minor=used, date=day, created_at=NOON)
        total = sum(sink.allocations.values_list("amount_minor", flat=True))
        Invoice.objects.filter(id=sink.id).update(remaining_minor=sink.gross_minor - total)
        refresh_accounts([account.id], today=today)
        assert check(today=today).problems == []
