"""The page of an invoice or credit note, its PDF, its correction and its cancellation."""

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
from encours.documents.responses import pdf_response
from encours.languages import typed
from encours.receivables import actions
from encours.receivables.forms import CancelInvoiceForm, InvoiceForm
from encours.receivables.history import MAX_ROWS, allocation_lines, holds_of
from encours.receivables.models import Invoice, InvoiceKind
from encours.receivables.pdf import invoice_pdf
from encours.receivables.references import is_referred_to
from encours.receivables.states import states_of
from encours.receivables.views.shared import FormPage, attempt, find_invoice, may_act, show_form, today
from encours.receivables.words import name_of


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an invoice or a credit note with its allocations, its reminders and its holds."""
    found = find_invoice(request, pk)
    reminded = found.reminder_lines.select_related("reminder").order_by("-reminder__created_at", "-id")
    context = {
        "invoice": found,
        "is_credit_note": found.kind == InvoiceKind.CREDIT_NOTE,
        "states": states_of(found, today()),
        "net": Money(found.net_minor, found.currency),
        "vat": Money(found.vat_minor, found.currency),
        "gross": Money(found.gross_minor, found.currency),
        "remaining": Money(found.remaining_minor, found.currency),
        "lines": allocation_lines(found),
        "reminded": [(row, Money(row.remaining_minor, row.currency)) for row in reminded[:MAX_ROWS]],
        "holds": [] if found.kind == InvoiceKind.CREDIT_NOTE else holds_of(found.account, found),
        "may_act": may_act(request),
        "may_correct": may_act(request) and not is_referred_to(found),
    }
    return render(request, "receivables/invoice.html", context)


@requires(Role.READER)
@require_http_methods(["GET", "HEAD"])
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the PDF of an invoice in place or in its page: the original if one was given, else a duplicate."""
    filename, content = invoice_pdf(find_invoice(request, pk), today=today())
    return pdf_response(content, filename, embedded=True)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a mistyped invoice the right details, while nothing issued speaks of it."""
    found = find_invoice(request, pk)
    form = InvoiceForm(request.POST or None, initial=_typed(found), today=today())
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.correct_invoice(
                invoice=found, details=form.details(), actor=actor_of(request), now=timezone.now()
            ),
        )
        if done is not None:
            messages.success(request, _("La correction est enregistrée."))
            return redirect("receivables:invoice", pk=pk)
    page = FormPage(
        title=_("Corriger %s") % name_of(found),
        submit=_("Enregistrer la correction"),
        back=f"/factures/{pk}/",
    )
    return show_form(request, form, page)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an invoice by a credit note of its whole amount, with a reason."""
    found = find_invoice(request, pk)
    form = CancelInvoiceForm(request.POST or None, initial={"credit_note_number": f"AV-{found.number}"[:64]})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        note = attempt(
            form,
            lambda: actions.cancel_invoice(
                invoice=found,
                credit_note_number=typed["credit_note_number"],
                reason=typed["reason"],
                actor=actor_of(request),
                now=timezone.now(),
            ),
        )
        if note is not None:
            messages.success(request, _("La facture est annulée par l'avoir %s.") % note.number)
            return redirect("receivables:invoice", pk=pk)
    page = FormPage(
        title=_("Annuler %s") % name_of(found),
        submit=_("Annuler la facture"),
        back=f"/factures/{pk}/",
        warning=_(
            "Un avoir du montant entier est enregistré à la date d'aujourd'hui. Ce qui était lettré avec la"
            " facture redevient disponible. Rien n'est effacé."
        ),
    )
    return show_form(request, form, page)


def _typed(found: Invoice) -> dict[str, object]:
    """Return an invoice as its form holds it."""
    return {
        "number": found.number,
        "issue_date": found.issue_date,
        "due_date": found.due_date,
        "net": typed(Money(found.net_minor, found.currency)),
        "vat": typed(Money(found.vat_minor, found.currency)),
        "gross": typed(Money(found.gross_minor, found.currency)),
        "currency": found.currency,
    }
