"""Administration of dunning contacts: a customer's, which serves all his entities, or one entity's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.core.errors import Refusal
from encours.parties import actions
from encours.parties.details import details_of_contact
from encours.parties.forms import ContactForm
from encours.parties.models import BillingEntity, Customer, DunningContact
from encours.parties.queries import customers_in, entities_in, missing_in_contact, refusals_in_contact
from encours.parties.views.customers import refuse_narrow_scope


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the contact that serves all the entities of a customer."""
    scope = scope_of(user_of(request))
    customer = get_object_or_404(customers_in(scope), pk=pk)
    refuse_narrow_scope(scope, customer)
    return _edit(request, customer, None)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def entity_contact(request: HttpRequest, pk: int, entity_pk: int) -> HttpResponse:
    """Change the contact that one entity has of its own for a customer."""
    scope = scope_of(user_of(request))
    customer = get_object_or_404(customers_in(scope), pk=pk)
    return _edit(request, customer, get_object_or_404(entities_in(scope), pk=entity_pk))


@requires(Role.ADMINISTRATOR)
@require_POST
def remove_contact(request: HttpRequest, pk: int, entity_pk: int) -> HttpResponse:
    """Remove the contact of one entity: the customer's serves again."""
    scope = scope_of(user_of(request))
    customer = get_object_or_404(customers_in(scope), pk=pk)
    entity = get_object_or_404(entities_in(scope), pk=entity_pk)
    try:
        actions.remove_entity_contact(
            customer=customer, entity=entity, actor=actor_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("L'adresse de relance propre à %s est supprimée.") % entity.code)
    return redirect("parties:customer", pk=pk)


def _edit(request: HttpRequest, customer: Customer, entity: BillingEntity | None) -> HttpResponse:
    contact = DunningContact.objects.filter(customer=customer, entity=entity).first()
    form = ContactForm(request.POST or None, details=details_of_contact(contact) if contact else None)
    if request.method == "POST" and form.is_valid() and _is_set(request, customer, entity, form):
        messages.success(request, _("L'adresse de relance est enregistrée."))
        return redirect("parties:customer", pk=customer.pk)
    status = 422 if request.method == "POST" else 200
    missing = missing_in_contact(contact)
    context = {
        "form": form,
        "customer": customer,
        "entity": entity,
        "contact": contact,
        "missing": missing,
        "refusals": refusals_in_contact(contact),
    }
    return render(request, "parties/contact.html", context, status=status)


def _is_set(
    request: HttpRequest, customer: Customer, entity: BillingEntity | None, form: ContactForm
) -> bool:
    try:
        actions.set_contact(
            customer=customer,
            entity=entity,
            details=form.checked(),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return False
    return True
