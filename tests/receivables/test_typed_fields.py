"""Days and amounts of the forms, typed as people in France write them."""

from __future__ import annotations

import datetime as dt

from encours.receivables.forms import HoldForm, InvoiceForm, PaymentForm

TODAY = dt.date(2026, 4, 15)
INVOICE = {"number": "F1", "vat": "0", "gross": "", "currency": "eur"}


def test_an_invoice_is_typed_the_french_way_and_its_terms_count_from_its_issue() -> None:
    typed = {**INVOICE, "issue_date": "3103", "due_date": "+30", "net": "1 234,5"}
    form = InvoiceForm(typed, today=TODAY)
    assert form.is_valid(), form.errors
    details = form.details()
    assert (details.issue_date, details.due_date) == (dt.date(2026, 3, 31), dt.date(2026, 4, 30))
    assert (details.net_minor, details.gross_minor) == (123450, 123450)


def test_a_payment_is_of_last_monday_and_a_hold_until_the_next() -> None:
    payment = PaymentForm(
        {"reference": "V1", "date": "lundi", "amount": "€9,500.00", "currency": "EUR", "method": ""},
        today=TODAY,
    )
    assert payment.is_valid(), payment.errors
    assert (payment.details().date, payment.details().amount_minor) == (dt.date(2026, 4, 13), 950_000)
    hold = HoldForm({"kind": "pause", "until": "lundi", "reason": "accord"}, today=TODAY)
    hold.is_valid()
    assert hold.cleaned_data["until"] == dt.date(2026, 4, 20)


def test_what_may_mean_two_things_is_refused_beside_its_field() -> None:
    form = InvoiceForm(
        {**INVOICE, "issue_date": "mercredi", "due_date": "31/02", "net": "1,234"}, today=TODAY
    )
    assert not form.is_valid()
    assert [len(form.errors[name]) for name in ("issue_date", "due_date", "net")] == [1, 1, 1]
    assert "deux façons" in form.errors["net"][0]


def test_a_day_is_shown_as_it_may_be_typed_again() -> None:
    form = PaymentForm(initial={"date": TODAY}, today=TODAY)
    assert 'value="15/04/2026"' in str(form["date"])
