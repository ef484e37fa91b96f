"""Set the rest of a payment or a credit note against open invoices, and undo an allocation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires
from encours.access.undo import say_done
from encours.core.errors import Refusal
from encours.core.money import Money
from encours.languages import typed as written
from encours.receivables import actions
from encours.receivables.forms import PREFIX, PartsForm, no_longer_open
from encours.receivables.models import Allocation, Invoice, Payment
from encours.receivables.queries import allocations_in
from encours.receivables.views.parts import open_rows, posted_parts, proposal_for
from encours.receivables.views.shared import find_invoice, find_payment, scope, today
from encours.receivables.words import name_of


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def allocate_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the rest of a payment against open invoices, the oldest first proposed."""
    return _allocate(request, find_payment(request, pk), f"/reglements/{pk}/")


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def allocate_credit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the rest of a credit note against open invoices, the oldest first proposed."""
    return _allocate(request, find_invoice(request, pk), f"/factures/{pk}/")


@requires(Role.COLLECTOR)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an allocation by a counter-entry dated today."""
    allocation = get_object_or_404(allocations_in(scope(request)), pk=pk)
    try:
        actions.undo_allocation(allocation=allocation, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        say_done(request, _("Le lettrage est annulé\u202f; l'historique le garde."), **_again(allocation))
    if request.POST.get("depuis") == "reglement" and allocation.payment_id:
        return redirect("receivables:payment", pk=allocation.payment_id)
    from_credit_note = request.POST.get("depuis") == "avoir" and allocation.credit_note_id
    return redirect("receivables:invoice", pk=from_credit_note or allocation.invoice_id)


def _again(allocation: Allocation) -> dict[str, str]:
    """Return how what was undone is allocated again, from today on."""
    name, pk = "allocate_payment", allocation.payment_id
    if not allocation.payment_id:
        name, pk = "allocate_credit_note", allocation.credit_note_id
    amount = written(Money(allocation.amount_minor, allocation.invoice.currency))
    return {"undo_at": reverse(f"receivables:{name}", args=[pk]), f"{PREFIX}{allocation.invoice_id}": amount}


def _allocate(request: HttpRequest, source: Payment | Invoice, back: str) -> HttpResponse:
    invoices = open_rows(request, source.account_id, source.currency)
    error = ""
    if request.method == "POST":
        parts, is_current = posted_parts(request, source.account_id, invoices)
        if not is_current:
            error = no_longer_open()
        elif parts.is_valid:
            error = _refusal_of(request, source, parts)
            if not error:
                messages.success(request, _("Le lettrage est enregistré."))
                return redirect(back)
    else:
        parts = PartsForm(invoices, proposed=proposal_for(source, invoices, today()))
    context = {
        "source": source,
        "name": name_of(source),
        "left": Money(source.remaining_minor, source.currency),
        "parts": parts,
        "error": error,
        "back": back,
    }
    return render(
        request, "receivables/allocate.html", context, status=422 if request.method == "POST" else 200
    )


def _refusal_of(request: HttpRequest, source: Payment | Invoice, parts: PartsForm) -> str:
    """Allocate; return the sentence of the refusal, nothing where it is done."""
    try:
        actions.allocate_parts(source=source, parts=parts.parts, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return refusal.message
    return ""
