"""The dashboard: its page, its panels, which are loaded after it, and their workbooks."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from encours.access.models import Role, User
from encours.access.rights import requires, user_of
from encours.core import french
from encours.core.days import paris_date
from encours.desk.dashboard.panels import PANELS, Panel
from encours.desk.dashboard.question import Question, currencies, parse_question
from encours.desk.filters import FilterRefusal
from encours.desk.queries import visible_entities
from encours.documents.responses import xlsx_response
from encours.documents.xlsx import write_workbook
from encours.receivables.figures import bring_up_to_date


@requires(Role.READER)
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the page: what it is asked, and a place for each panel."""
    user, today = user_of(request), _today()
    scope, entities = visible_entities(user)
    context = {
        "entities": entities,
        "currencies": currencies(scope),
        "panels": PANELS,
        "today": french.date(today),
    }
    try:
        asked = _asked(request, user)
    except FilterRefusal as refusal:
        return render(request, "desk/dashboard.html", {**context, "problem": str(refusal)}, status=422)
    return render(request, "desk/dashboard.html", {**context, "asked": asked, "query": asked.to_query()})


@requires(Role.READER)
@require_safe
def show_panel(request: HttpRequest, panel: str) -> HttpResponse:
    """Show one panel; alone on a page where there is no script."""

    def answer(shown: Panel, asked: Question, today: dt.date) -> HttpResponse:
        context = {"panel": shown, "name": panel, "asked": asked, "query": asked.to_query()}
        template = shown.template if request.headers.get("HX-Request") else "desk/dashboard/alone.html"
        return render(request, template, {**context, **shown.context(asked, today)})

    return _answered(request, panel, answer)


@requires(Role.READER)
@require_safe
def download(request: HttpRequest, panel: str) -> HttpResponse:
    """Give the figures of one panel as a workbook."""

    def answer(shown: Panel, asked: Question, today: dt.date) -> HttpResponse:
        target = io.BytesIO()
        write_workbook(target, [shown.sheet(asked, today)], title=str(shown.title), created=today)
        return xlsx_response(target.getvalue(), f"{panel}-{asked.currency}-{today.isoformat()}.xlsx")

    return _answered(request, panel, answer)


def _answered(
    request: HttpRequest, name: str, answer: Callable[[Panel, Question, dt.date], HttpResponse]
) -> HttpResponse:
    """Answer a question to a panel, on figures brought up to date; refuse what cannot be asked."""
    if name not in PANELS:
        raise Http404
    try:
        asked = _asked(request, user_of(request))
    except FilterRefusal as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    today = _today()
    bring_up_to_date(today=today)
    return answer(PANELS[name], asked, today)


def _asked(request: HttpRequest, user: User) -> Question:
    scope, entities = visible_entities(user)
    return parse_question(request.GET, scope, {entity.code for entity in entities})


def _today() -> dt.date:
    return paris_date(timezone.now())
