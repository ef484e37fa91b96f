"""Administration of customers: those who have an account with an entity that the administrator sees."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import Scope, scope_of
from encours.access.undo import say_done
from encours.core.errors import Refusal
from encours.core.search import normalise
from encours.parties import actions
from encours.parties.details import details_of_customer
from encours.parties.forms import CustomerForm, NewCustomerForm
from encours.parties.models import Customer
from encours.parties.queries import (
    contacts_shown_to,
    customers_in,
    entities_in,
    may_edit_customer_wide,
    missing_in_contact,
    refusals_in_contact,
)

CUSTOMERS_PER_PAGE = 50


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD"])
def customers(request: HttpRequest) -> HttpResponse:
    """List the customers, those of a search or all, page by page."""
    searched = request.GET.get("client", "").strip()[:200]
    rows = customers_in(scope_of(user_of(request)))
    for word in normalise(searched).split()[:10]:
        rows = rows.filter(search_name__contains=word)
    page = Paginator(rows.order_by("search_name", "id"), CUSTOMERS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "parties/customers.html", {"page": page, "searched": searched})


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_customer(request: HttpRequest) -> HttpResponse:
    """Create a customer, with an account for one entity."""
    scope = scope_of(user_of(request))
    choices = [(str(entity.pk), f"{entity.code} {entity.name}") for entity in entities_in(scope)]
    form = NewCustomerForm(request.POST or None, entities=choices, may_have_none=scope.entity_ids is None)
    if request.method == "POST":
        is_valid = form.is_valid()
        if any(error.code == "invalid_choice" for error in form.errors.as_data().get("entity", [])):
            raise Http404
        if is_valid and (created := _created(request, form, scope)):
            messages.success(request, _("Le client %s est créé.") % created.code)
            return redirect("parties:customer", pk=created.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "parties/new_customer.html", {"form": form}, status=status)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a customer and his contacts, and change what all his entities share."""
    scope = scope_of(user_of(request))
    known = get_object_or_404(customers_in(scope), pk=pk)
    form = CustomerForm(request.POST or None, details=details_of_customer(known))
    may_edit = may_edit_customer_wide(scope, known)
    if request.method == "POST":
        refuse_narrow_scope(scope, known)
        if form.is_valid() and _is_updated(request, known, form):
            messages.success(request, _("Le client %s est enregistré.") % form.checked().code)
            return redirect("parties:customer", pk=pk)
    contacts = [
        (entity, contact, missing_in_contact(contact), refusals_in_contact(contact))
        for entity, contact in contacts_shown_to(scope, known)
    ]
    context = {"form": form, "customer": known, "may_edit": may_edit, "contacts": contacts}
    return render(request, "parties/customer.html", context, status=422 if request.method == "POST" else 200)


@requires(Role.ADMINISTRATOR)
@require_POST
def customer_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop reminding a customer, or let him be reminded again."""
    scope = scope_of(user_of(request))
    known = get_object_or_404(customers_in(scope), pk=pk)
    refuse_narrow_scope(scope, known)
    is_active = request.POST.get("actif") == "oui"
    actions.set_customer_active(
        customer=known, is_active=is_active, actor=actor_of(request), now=timezone.now()
    )
    again, no_longer = _("Le client %s peut à nouveau être relancé."), _("Le client %s n'est plus relancé.")
    say_done(
        request,
        (again if is_active else no_longer) % known.code,
        undo_at=request.path,
        actif="non" if is_active else "oui",
    )
    return redirect("parties:customer", pk=pk)


def refuse_narrow_scope(scope: Scope, customer: Customer) -> None:
    """Raise PermissionDenied where a customer is known to an entity outside the scope."""
    if not may_edit_customer_wide(scope, customer):
        raise PermissionDenied(
            _(
                "Ce client a des comptes dans des entités que vous ne voyez pas\u00a0: "
                "il ne se change pas ici."
            )
        )


def _created(request: HttpRequest, form: NewCustomerForm, scope: Scope) -> Customer | None:
    try:
        with transaction.atomic():
            created = actions.create_customer(
                details=form.checked(), actor=actor_of(request), now=timezone.now()
            )
            if form.cleaned_data["entity"]:
                entity = entities_in(scope).get(pk=int(form.cleaned_data["entity"]))
                actions.ensure_account(entity=entity, customer=created)
    except Refusal as refusal:
        form.add_error(refusal.field or "code", refusal.message)
        return None
    return created


def _is_updated(request: HttpRequest, known: Customer, form: CustomerForm) -> bool:
    try:
        actions.update_customer(
            customer=known, details=form.checked(), actor=actor_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        form.add_error(refusal.field or "code", refusal.message)
        return False
    return True
