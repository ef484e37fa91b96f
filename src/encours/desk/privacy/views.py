"""The pages «Conservation des données» and «Données personnelles» of a customer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.desk.privacy import retention
from encours.desk.privacy.export import export_person, held_about
from encours.documents.responses import file_response
from encours.dunning.erasing import erase_contacts
from encours.dunning.models import Reminder
from encours.parties.models import Customer
from encours.parties.queries import customers_in, may_edit_customer_wide
from encours.parties.views.customers import refuse_narrow_scope


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Show how long each kind is kept and what is past its time, or change the periods."""
    may_change, status = _sees_everything(request), 200
    if request.method == "POST":
        _refuse_partial_view(request)
        months = {kind: _number(request.POST.get(f"mois-{kind}", "")) for kind in retention.DEFAULT_MONTHS}
        try:
            retention.set_periods(months=months, actor=actor_of(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
            status = 422
        else:
            messages.success(request, _("Les durées de conservation sont enregistrées."))
            return redirect("desk:retention")
    due = retention.what_is_due(paris_date(timezone.now())) if may_change else []
    context = {
        "due": due,
        "may_change": may_change,
        "total": sum(one.count for one in due),
        "least": retention.LEAST,
        "most": retention.MOST,
    }
    return render(request, "desk/privacy/retention.html", context, status=status)


@requires(Role.ADMINISTRATOR)
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Let go what is past its time, once it was shown and confirmed."""
    _refuse_partial_view(request)
    if request.POST.get("confirme") != "oui":
        messages.error(request, _("Cochez la case pour confirmer : ce qui est effacé ne revient pas."))
        return redirect("desk:retention")
    now = timezone.now()
    done = retention.apply(today=paris_date(now), actor=actor_of(request), now=now)
    messages.success(
        request,
        _("Effacés : %(reminders)s relances, %(contacts)s adresses, %(journal)s lignes du journal.") % done,
    )
    return redirect("desk:retention")


@requires(Role.ADMINISTRATOR)
@require_safe
def personal_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how much is held about a customer, and what can be done with it."""
    scope = scope_of(user_of(request))
    customer = get_object_or_404(customers_in(scope), pk=pk)
    reminders = scope.narrow(Reminder.objects.filter(account__customer=customer))
    held = held_about(customer, scope, reminders)
    context = {
        "customer": customer,
        "may_erase": may_edit_customer_wide(scope, customer),
        "held": [
            (_("Adresses de relance"), len(held["contacts"])),
            (_("Factures et avoirs"), len(held["invoices"])),
            (_("Règlements"), len(held["payments"])),
            (_("Relances"), len(held["reminders"])),
            (_("Messages envoyés"), len(held["messages"])),
            (_("Lignes du journal"), len(held["journal"])),
        ],
    }
    return render(request, "desk/privacy/customer.html", context)


@requires(Role.ADMINISTRATOR)
@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Give all that is held about a customer, within the entities of the user, as one zip."""
    scope = scope_of(user_of(request))
    customer = get_object_or_404(customers_in(scope), pk=pk)
    content = export_person(customer=customer, scope=scope, actor=actor_of(request), now=timezone.now())
    return file_response(content, media_type="application/zip", filename=f"donnees-client-{customer.pk}.zip")


@requires(Role.ADMINISTRATOR)
@require_POST
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase the contacts of a customer, with a reason."""
    scope = scope_of(user_of(request))
    customer: Customer = get_object_or_404(customers_in(scope), pk=pk)
    refuse_narrow_scope(scope, customer)
    reason = " ".join(request.POST.get("motif", "").split())
    if not reason:
        messages.error(request, _("Dites pourquoi ces adresses sont effacées : le motif reste au journal."))
        return redirect("desk:personal_data", pk)
    try:
        erase_contacts(customer=customer, reason=reason, actor=actor_of(request), now=timezone.now())
        messages.success(request, _("Les adresses de relance de ce client sont effacées."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("desk:personal_data", pk)


def _sees_everything(request: HttpRequest) -> bool:
    return scope_of(user_of(request)).entity_ids is None


def _refuse_partial_view(request: HttpRequest) -> None:
    if not _sees_everything(request):
        raise PermissionDenied(
            _("Les durées concernent toutes les entités : seul qui les voit toutes les change.")
        )


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
