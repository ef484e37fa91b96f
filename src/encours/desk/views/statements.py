"""The statements of all the accounts that a filter lists: what is asked, then one zip."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from encours.access.models import Role
from encours.access.rights import requires, user_of
from encours.access.scopes import Scope, scope_of
from encours.core import french
from encours.core.by_hand import typed_date
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.desk.filters import AccountFilter, parse_query
from encours.desk.statements import count_statements, wanted_statements
from encours.parties.queries import entities_in
from encours.receivables.figures import bring_up_to_date
from encours.statements.documents.statement import COMPTE, KINDS
from encours.statements.files import EXTENSIONS
from encours.statements.zipping import statements_zip


@requires(Role.READER)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Say how many statements the filter gives, and ask which ones."""
    scope, today = scope_of(user_of(request)), paris_date(timezone.now())
    try:
        criteria = _asked(request, scope, today)
        count = count_statements(scope, criteria, today)
    except Refusal as refusal:
        return _refused(request, refusal)
    context = {"criteria": criteria, "count": count, "as_of": french.date(today)}
    return render(request, "desk/statements.html", context)


@requires(Role.READER)
@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """Give the statements, one file per account, in a zip that is made while it is sent."""
    scope, today = scope_of(user_of(request)), paris_date(timezone.now())
    kind, extension = request.GET.get("etat", COMPTE), request.GET.get("format", "pdf")
    try:
        if kind not in KINDS or extension not in EXTENSIONS:
            raise Refusal(_("Choisissez l'encours ou le compte client, en PDF ou en XLSX."))
        as_of = typed_date(request.GET["as_of"], today=today) if request.GET.get("as_of") else today
        criteria = _asked(request, scope, today)
        wanted = wanted_statements(scope, criteria, kind=kind, as_of=as_of, today=today)
    except Refusal as refusal:
        return _refused(request, refusal)
    response = StreamingHttpResponse(statements_zip(wanted, extension), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="Etats-{kind}-{as_of.isoformat()}.zip"'
    return response


def _asked(request: HttpRequest, scope: Scope, today: dt.date) -> AccountFilter:
    criteria = parse_query(request.GET, today=today)
    bring_up_to_date(today=today)
    return criteria.within(set(entities_in(scope).values_list("code", flat=True)))


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"refusal": refusal.message, "query": request.GET.urlencode()}
    return render(request, "desk/statements.html", context, status=422)
