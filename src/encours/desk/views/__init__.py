"""The account list, its totals and the completion of a customer."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from encours.access.models import Role, User
from encours.access.rights import has_role, requires, user_of
from encours.access.scopes import scope_of
from encours.core.days import paris_date
from encours.desk.actions import remember_page_size
from encours.desk.filters import AccountFilter, FilterRefusal, default_filter, parse_query
from encours.desk.first_steps import first_steps
from encours.desk.lines import history_lines
from encours.desk.presentation import filter_form
from encours.desk.queries import list_accounts, saved_filters_of, visible_entities
from encours.desk.rows import LineDrawer
from encours.desk.summaries import total
from encours.desk.totals import totals
from encours.desk.views.drawing import draw_list
from encours.parties.finding import find_customers
from encours.parties.queries import accounts_in, entities_in
from encours.receivables.figures import bring_up_to_date

COMPLETIONS = 12
"""How many customers are proposed while one types."""


@requires(Role.READER)
@require_safe
def accounts(request: HttpRequest) -> HttpResponseBase:
    """Show the list «Comptes clients et relances» that the address asks for."""
    user, today = user_of(request), paris_date(timezone.now())
    kept = saved_filters_of(user)
    start = next((saved for saved in kept if saved.is_default), None)
    if not request.GET and start is not None:
        return redirect(f"{request.path}?{start.query}")
    scope, entities = visible_entities(user)
    try:
        criteria = _asked(request, today, {entity.code for entity in entities})
    except FilterRefusal as refusal:
        criteria = default_filter(today, user.accounts_per_page)
        form = filter_form(criteria, entities, today, typed=request.GET, problems=refusal.problems)
        return render(request, "desk/accounts.html", {"form": form, "saved": kept}, status=422)
    bring_up_to_date(today=today)
    _remember_size(request, user, criteria)
    page = list_accounts(scope, criteria, today)
    context = {
        "form": filter_form(criteria, entities, today),
        "criteria": criteria.on_page(page.number),
        "page": page,
        "first_steps": [] if page.blocks else first_steps(user, scope, entities),
        "page_totals": total(block.summary for block in page.blocks),
        "saved": kept,
        "today": today,
        "may_act": has_role(user, Role.COLLECTOR),
    }
    return draw_list(request, context, page.blocks)


@requires(Role.READER)
@require_safe
def filter_totals(request: HttpRequest) -> HttpResponse:
    """Add up all that the filter lists; the list loads this after itself."""
    user, today = user_of(request), paris_date(timezone.now())
    scope = scope_of(user)
    try:
        criteria = _asked(request, today, set(entities_in(scope).values_list("code", flat=True)))
    except FilterRefusal as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    template = "desk/parts/totals.html" if request.headers.get("HX-Request") else "desk/totals.html"
    context = {"totals": totals(scope, criteria, today), "criteria": criteria}
    return render(request, template, context)


@requires(Role.READER)
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the reminders of one account within a window: a long list loads them when unfolded."""
    user, today = user_of(request), paris_date(timezone.now())
    account = get_object_or_404(accounts_in(scope_of(user)), pk=pk)
    try:
        criteria = _asked(request, today, set())
    except FilterRefusal as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    context = {"account": account, "criteria": criteria, "may_act": has_role(user, Role.COLLECTOR)}
    lines = history_lines([account.pk], criteria, today).get(account.pk, [])
    rows = LineDrawer(context).draw(lines)
    if request.headers.get("HX-Request"):
        return HttpResponse(rows)
    return render(request, "desk/history.html", {**context, "rows": format_html("<tbody>{}</tbody>", rows)})


@requires(Role.READER)
@require_safe
def complete_customer(request: HttpRequest) -> HttpResponse:
    """Propose the customers that hold the text typed, as options of the list box."""
    found = find_customers(scope_of(user_of(request)), request.GET.get("client", ""), COMPLETIONS)
    return render(request, "desk/parts/completion.html", {"customers": found})


def _asked(request: HttpRequest, today: dt.date, visible_codes: set[str]) -> AccountFilter:
    criteria = parse_query(request.GET, today=today, per_page=user_of(request).accounts_per_page)
    return criteria.within(visible_codes)


def _remember_size(request: HttpRequest, user: User, criteria: AccountFilter) -> None:
    if "par_page" in request.GET:
        remember_page_size(user=user, per_page=criteria.per_page)
