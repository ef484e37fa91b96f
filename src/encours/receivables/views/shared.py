"""What the pages of receivables share: whose objects, which day, and forms that an action may refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from encours.access.models import Role
from encours.access.rights import has_role, user_of
from encours.access.scopes import Scope, scope_of
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.parties.models import Account
from encours.parties.queries import accounts_in
from encours.receivables.models import Invoice, Payment
from encours.receivables.queries import invoices_in, payments_in

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a page that holds one form says around it."""

    title: str
    submit: str
    back: str
    lead: str = ""
    warning: str = ""


def scope(request: HttpRequest) -> Scope:
    """Return what the user sees."""
    return scope_of(user_of(request))


def may_act(request: HttpRequest) -> bool:
    """Tell whether the user may change anything."""
    return has_role(user_of(request), Role.COLLECTOR)


def today() -> dt.date:
    """Return the day that a calendar in Paris shows."""
    return paris_date(timezone.now())


def find_account(request: HttpRequest, pk: int) -> Account:
    """Return an account that the user sees, or answer 404."""
    return get_object_or_404(accounts_in(scope(request)), pk=pk)


def find_invoice(request: HttpRequest, pk: int) -> Invoice:
    """Return an invoice or credit note that the user sees, or answer 404."""
    rows = invoices_in(scope(request)).select_related("account__entity", "cancels", "cancelled_by")
    return get_object_or_404(rows, pk=pk)


def find_payment(request: HttpRequest, pk: int) -> Payment:
    """Return a payment that the user sees, or answer 404."""
    return get_object_or_404(payments_in(scope(request)), pk=pk)


def attempt(form: forms.Form, act: Callable[[], ResultT]) -> ResultT | None:
    """Return the result of an action; where it is refused, tell it beside its field and return None."""
    try:
        return act()
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def show_form(request: HttpRequest, form: forms.Form, page: FormPage) -> HttpResponse:
    """Draw a page that holds one form; 422 where it was sent and is sent back."""
    status = 422 if request.method == "POST" else 200
    return render(request, "receivables/form.html", {"form": form, "page": page}, status=status)
