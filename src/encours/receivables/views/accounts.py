"""The page of one account: what it owes, what it is owed, its holds and its latest documents."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires
from encours.core.money import Money, sum_by_currency
from encours.parties.cards import card_of
from encours.receivables import actions
from encours.receivables.forms import InvoiceForm
from encours.receivables.glance import glances
from encours.receivables.history import holds_of
from encours.receivables.models import Invoice, InvoiceKind, Payment
from encours.receivables.next_reminder import next_reminder
from encours.receivables.queries import invoices_in, open_invoices, payments_in, unused_credits
from encours.receivables.states import states_of
from encours.receivables.views.shared import (
    FormPage,
    attempt,
    find_account,
    may_act,
    scope,
    show_form,
    today,
)

LATEST = 50
"""How many settled or used documents the page shows."""


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account."""
    found, day = find_account(request, pk), today()
    unpaid, credits = open_invoices(scope(request), pk, day), unused_credits(scope(request), pk, day)
    invoices = invoices_in(scope(request)).filter(account=found).select_related("cancelled_by")
    payments = payments_in(scope(request)).filter(account=found)
    context = {
        "account": found,
        "unpaid": unpaid,
        "totals": sum_by_currency(row.remaining for row in unpaid).values(),
        "credits": credits,
        "glances": glances(unpaid, credits, day),
        "holds": holds_of(found),
        "card": card_of(found),
        "next": next_reminder(unpaid, day),
        "documents": [
            (row, states_of(row, day), _money(row.gross_minor, row), _money(row.remaining_minor, row))
            for row in invoices.order_by("-issue_date", "-id")[:LATEST]
        ],
        "payments": [
            (row, states_of(row, day), _money(row.amount_minor, row), _money(row.remaining_minor, row))
            for row in payments.order_by("-date", "-id")[:LATEST]
        ],
        "latest": LATEST,
        "may_act": may_act(request),
        "today": day,
    }
    return render(request, "receivables/account.html", context)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an invoice typed by hand."""
    return _new_document(request, pk, InvoiceKind.INVOICE)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_credit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a credit note typed by hand; it can be allocated next."""
    return _new_document(request, pk, InvoiceKind.CREDIT_NOTE)


def _money(minor: int, row: Invoice | Payment) -> Money:
    return Money(minor, row.currency)


def _new_document(request: HttpRequest, pk: int, kind: InvoiceKind) -> HttpResponse:
    found, day = find_account(request, pk), today()
    is_invoice = kind == InvoiceKind.INVOICE
    record = actions.record_invoice if is_invoice else actions.record_credit_note
    form = InvoiceForm(
        request.POST or None,
        initial={"issue_date": day, "due_date": day, "currency": currency_of(request, pk)},
        today=day,
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: record(
                account=found, details=form.details(), actor=actor_of(request), now=timezone.now()
            ),
        )
        if made is not None:
            said = _("La facture %s est enregistrée.") if is_invoice else _("L'avoir %s est enregistré.")
            messages.success(request, said % made.number)
            return redirect("receivables:invoice", pk=made.pk)
    page = FormPage(
        title=_("Nouvelle facture") if is_invoice else _("Nouvel avoir"),
        submit=_("Enregistrer la facture") if is_invoice else _("Enregistrer l'avoir"),
        back=f"/comptes/{pk}/",
        lead=f"{found.customer.name} – {found.entity.name}",
    )
    return show_form(request, form, page)


def currency_of(request: HttpRequest, account_id: int) -> str:
    """Return the currency of the account's latest document, the one that a new one most likely has."""
    latest = invoices_in(scope(request)).filter(account_id=account_id).order_by("-issue_date", "-id").first()
    return latest.currency if latest else "EUR"
