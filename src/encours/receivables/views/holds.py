"""Put an account or an invoice in dispute or off reminders, and let it go again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires
from encours.access.undo import say_done
from encours.core import french
from encours.core.errors import Refusal
from encours.parties.models import Account
from encours.receivables import actions
from encours.receivables.forms import HoldForm
from encours.receivables.models import Hold, HoldKind, Invoice
from encours.receivables.queries import holds_in
from encours.receivables.views.shared import (
    FormPage,
    attempt,
    find_account,
    find_invoice,
    scope,
    show_form,
    today,
)
from encours.receivables.words import name_of


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def hold_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a whole account."""
    account = find_account(request, pk)
    return _hold(request, account, None, _("le compte de %s") % account.customer.name, f"/comptes/{pk}/")


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def hold_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold one invoice."""
    invoice = find_invoice(request, pk)
    return _hold(request, invoice.account, invoice, name_of(invoice), f"/factures/{pk}/")


@requires(Role.COLLECTOR)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an account or an invoice be reminded again."""
    hold = get_object_or_404(holds_in(scope(request)), pk=pk)
    try:
        actions.lift_hold(hold=hold, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        say_done(
            request,
            _("La suspension est levée\u00a0: les relances sont à nouveau possibles."),
            **_again(hold),
        )
    if hold.invoice_id:
        return redirect("receivables:invoice", pk=hold.invoice_id)
    return redirect("receivables:account", pk=hold.account_id)


def _again(hold: Hold) -> dict[str, str]:
    """Return how a hold that was lifted is placed again."""
    name, pk = ("hold_invoice", hold.invoice_id) if hold.invoice_id else ("hold_account", hold.account_id)
    return {
        "undo_at": reverse(f"receivables:{name}", args=[pk]),
        "kind": hold.kind,
        "until": french.date(hold.until) if hold.until else "",
        "reason": hold.reason,
    }


def _hold(
    request: HttpRequest, account: Account, invoice: Invoice | None, name: str, back: str
) -> HttpResponse:
    form = HoldForm(request.POST or None, today=today())
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.place_hold(
                account=account,
                invoice=invoice,
                kind=HoldKind(typed["kind"]),
                until=typed["until"],
                reason=typed["reason"],
                actor=actor_of(request),
                now=timezone.now(),
            ),
        )
        if done is not None:
            say_done(
                request,
                _("La suspension est enregistrée\u00a0: aucune relance ne partira."),
                undo_at=reverse("receivables:lift_hold", args=[done.pk]),
            )
            return redirect(back)
    page = FormPage(title=_("Suspendre les relances\u00a0: %s") % name, submit=_("Suspendre"), back=back)
    return show_form(request, form, page)
