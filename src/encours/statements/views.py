"""Show an account's statements, and give them as files."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from encours.access.models import Role
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.core import french
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.documents.responses import pdf_response, xlsx_response
from encours.parties.models import Account
from encours.receivables.models import Invoice
from encours.statements.documents.drawing import statement_data
from encours.statements.documents.statement import StatementDocument, file_name
from encours.statements.files import statement_bytes
from encours.statements.periods import parse_period
from encours.statements.queries import read_statement


@requires(Role.READER)
@require_safe
def show(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """Show a statement on screen in the user's language, with links to the files in the customer's."""
    try:
        statement = _statement(request, account_id, kind)
    except Refusal as refusal:
        return _refused(request, refusal)
    context = {
        "account_id": account_id,
        "kind": kind,
        "data": statement_data(replace(statement, language=get_language() or statement.language)),
        "from_month": french.period_month(statement.from_month),
        "to_month": french.period_month(statement.to_month),
        "as_of": french.date(statement.as_of),
        "pdf_ids": dict(Invoice.objects.filter(account_id=account_id).values_list("number", "id")),
    }
    return render(request, f"statements/{kind}.html", context)


@requires(Role.READER)
@require_safe
def download(request: HttpRequest, account_id: str, kind: str, extension: str) -> HttpResponse:
    """Give a statement as PDF, opened in the browser, or as XLSX, saved."""
    try:
        statement = _statement(request, int(account_id), kind)
    except Refusal as refusal:
        return _refused(request, refusal)
    name = file_name(statement, extension)
    respond = pdf_response if extension == "pdf" else xlsx_response
    return respond(statement_bytes(statement, extension), name)


def _statement(request: HttpRequest, account_id: int, kind: str) -> StatementDocument:
    scope = scope_of(user_of(request))
    period = parse_period(request.GET, paris_date(timezone.now()))
    try:
        return read_statement(scope, account_id, kind, period.from_month, period.to_month, period.as_of)
    except (Account.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "statements/refused.html", {"message": refusal.message}, status=422)
