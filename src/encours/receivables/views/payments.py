"""The page of a payment, its entry by hand with a proposal, its correction and its cancellation."""

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
from encours.core.money import Money
from encours.languages import typed
from encours.receivables import actions
from encours.receivables.forms import PartsForm, PaymentForm, ReasonForm, no_longer_open
from encours.receivables.history import allocation_lines
from encours.receivables.models import Payment
from encours.receivables.references import is_referred_to
from encours.receivables.states import states_of
from encours.receivables.views.accounts import currency_of
from encours.receivables.views.parts import open_rows, posted_parts, proposal_for_new_payment
from encours.receivables.views.shared import (
    FormPage,
    attempt,
    find_account,
    find_payment,
    may_act,
    show_form,
    today,
)


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a payment with its allocations."""
    found = find_payment(request, pk)
    context = {
        "payment": found,
        "states": states_of(found, today()),
        "amount": Money(found.amount_minor, found.currency),
        "remaining": Money(found.remaining_minor, found.currency),
        "lines": allocation_lines(found),
        "may_act": may_act(request),
        "may_correct": may_act(request) and not is_referred_to(found),
    }
    return render(request, "receivables/payment.html", context)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a payment typed by hand; «Proposer» fills in what it would settle, the oldest first."""
    found, invoices = find_account(request, pk), open_rows(request, pk)
    form = PaymentForm(
        request.POST or None,
        initial={"date": today(), "currency": currency_of(request, pk)},
        today=today(),
    )
    parts = PartsForm(invoices)
    if request.method == "POST":
        parts, is_current = posted_parts(request, pk, invoices)
        if form.is_valid() and request.POST.get("etape") == "proposer":
            parts = PartsForm(invoices, proposed=proposal_for_new_payment(form.details(), invoices, today()))
        elif not is_current:
            form.add_error(None, no_longer_open())
        elif form.is_valid() and parts.is_valid and (made := _received(request, pk, form, parts)):
            messages.success(request, _("Le règlement %s est enregistré.") % made.reference)
            return redirect("receivables:payment", pk=made.pk)
    is_proposal = request.POST.get("etape") == "proposer" and form.is_valid()
    status = 422 if request.method == "POST" and not is_proposal else 200
    context = {"account": found, "form": form, "parts": parts, "is_proposal": is_proposal}
    return render(request, "receivables/new_payment.html", context, status=status)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a mistyped payment the right details, while nothing issued speaks of it."""
    found = find_payment(request, pk)
    form = PaymentForm(request.POST or None, initial=_typed(found), today=today())
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.correct_payment(
                payment=found, details=form.details(), actor=actor_of(request), now=timezone.now()
            ),
        )
        if done is not None:
            messages.success(request, _("La correction est enregistrée."))
            return redirect("receivables:payment", pk=pk)
    page = FormPage(
        title=_("Corriger le règlement %s") % found.reference,
        submit=_("Enregistrer la correction"),
        back=f"/reglements/{pk}/",
    )
    return show_form(request, form, page)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a payment with a reason: its invoices wait to be paid again."""
    found = find_payment(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.cancel_payment(
                payment=found,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, _("Le règlement %s est annulé.") % done.reference)
            return redirect("receivables:payment", pk=pk)
    page = FormPage(
        title=_("Annuler le règlement %s") % found.reference,
        submit=_("Annuler le règlement"),
        back=f"/reglements/{pk}/",
        warning=_(
            "Ses lettrages sont annulés à la date d'aujourd'hui et ses factures attendent à nouveau leur"
            " paiement. Personne n'est relancé pour autant, et les soldes passés restent ce qu'ils étaient."
        ),
    )
    return show_form(request, form, page)


def _received(request: HttpRequest, account_id: int, form: PaymentForm, parts: PartsForm) -> Payment | None:
    return attempt(
        form,
        lambda: actions.receive_payment(
            account=find_account(request, account_id),
            details=form.details(),
            parts=parts.parts,
            actor=actor_of(request),
            now=timezone.now(),
        ),
    )


def _typed(found: Payment) -> dict[str, object]:
    """Return a payment as its form holds it."""
    return {
        "reference": found.reference,
        "date": found.date,
        "amount": typed(Money(found.amount_minor, found.currency)),
        "currency": found.currency,
        "method": found.method,
    }
