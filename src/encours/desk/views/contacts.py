"""«Gérer les adresses de relance»: a window over the list, a form in the page of an account, or a page.

«depuis=compte» says that the page of the account asked: it gets its card back.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import check_role, has_role, requires, user_of
from encours.access.scopes import Scope, scope_of
from encours.core.errors import Refusal
from encours.desk.forms import ContactForm
from encours.desk.queries import contact_states
from encours.parties.actions import remove_entity_contact, set_contact
from encours.parties.cards import card_of
from encours.parties.models import Account
from encours.parties.queries import (
    accounts_in,
    contact_for,
    may_edit_customer_wide,
    missing_in_contact,
    refusals_in_contact,
)

_TEMPLATES = {
    "page": "desk/contact.html",
    "window": "desk/parts/contact_window.html",
    "inline": "desk/parts/contact_form.html",
}


@requires(Role.READER)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where reminders of an account go, and save it for whoever may act."""
    scope = scope_of(user_of(request))
    account = get_object_or_404(accounts_in(scope), pk=pk)
    if request.method == "POST":
        check_role(request, Role.COLLECTOR)
        form = ContactForm(request.POST)
        if form.is_valid() and _is_saved(request, account, form, scope):
            return _saved(request, account, scope)
        return _show(request, account, form, scope, status=422)
    if "lire" in request.GET:
        return _card(request, account) if _is_htmx(request) else redirect("receivables:account", pk=pk)
    return _show(request, account, ContactForm.of(contact_for(account)), scope)


def _is_htmx(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _is_from_account(request: HttpRequest) -> bool:
    return request.POST.get("depuis", request.GET.get("depuis", "")) == "compte"


def _card(request: HttpRequest, account: Account) -> HttpResponse:
    may_act = has_role(user_of(request), Role.COLLECTOR)
    context = {"account": account, "card": card_of(account), "may_act": may_act}
    return render(request, "desk/parts/contact_card.html", context)


def _is_saved(request: HttpRequest, account: Account, form: ContactForm, scope: Scope) -> bool:
    entity = account.entity if form.cleaned_data["reach"] == "entity" else None
    if entity is None and not may_edit_customer_wide(scope, account.customer):
        raise PermissionDenied(
            _(
                "Ce client a des comptes dans des entités que vous ne voyez pas\u00a0: "
                "donnez-lui une adresse propre à celle-ci."
            )
        )
    now = timezone.now()
    try:
        if form.cleaned_data["reach"] == "remove":
            remove_entity_contact(
                customer=account.customer, entity=account.entity, actor=actor_of(request), now=now
            )
        else:
            set_contact(
                customer=account.customer,
                entity=entity,
                details=form.details(),
                forgets_refusals=form.cleaned_data["forgets_refusals"],
                actor=actor_of(request),
                now=now,
            )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def _saved(request: HttpRequest, account: Account, scope: Scope) -> HttpResponse:
    messages.success(request, _("Les adresses de relance de %s sont enregistrées.") % account.customer.name)
    if _is_from_account(request):
        return (
            _card(request, account) if _is_htmx(request) else redirect("receivables:account", pk=account.pk)
        )
    if not _is_htmx(request):
        query = request.POST.get("retour", "")
        return redirect(f"{reverse('desk:accounts')}?{query}#compte-{account.pk}")
    context = {"states": contact_states(scope, account.customer_id), "retour": request.POST.get("retour", "")}
    answer = render(request, "desk/parts/contact_saved.html", context)
    answer.headers["HX-Trigger"] = "close-window"
    return answer


def _show(
    request: HttpRequest, account: Account, form: ContactForm, scope: Scope, status: int = 200
) -> HttpResponse:
    from_account = _is_from_account(request)
    place = "page" if not _is_htmx(request) else "inline" if from_account else "window"
    if place == "inline":
        form.fields["contact_name"].widget.attrs["autofocus"] = True
    contact = contact_for(account)
    context = {
        "account": account,
        "form": form,
        "place": place,
        "from_account": from_account,
        "missing": missing_in_contact(contact),
        "refusals": refusals_in_contact(contact),
        "has_own_contact": form.has_own_contact,
        "may_act": has_role(user_of(request), Role.COLLECTOR),
        "may_edit_customer_wide": may_edit_customer_wide(scope, account.customer),
        "retour": request.POST.get("retour", request.GET.get("retour", "")),
    }
    return render(request, _TEMPLATES[place], context, status=status)
