"""The screens «Relances en masse»: the list, the options, the proposal, the progress and the results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import check_role, has_role, requires, user_of
from encours.access.scopes import Scope, scope_of
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.documents.responses import pdf_response
from encours.dunning.composing import show
from encours.dunning.runs import actions, editing, printing, proposing, queries, screens
from encours.dunning.runs.forms import LineForm, OptionsForm, first_values
from encours.dunning.runs.models import LineState, ReminderRun, RunLine, RunState
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.selections import MAX_TICKED, RunSelection, accounts_of, currencies_of
from encours.languages import counted
from encours.parties.queries import accounts_in

PREPARING_SECONDS = 4


@requires(Role.READER)
@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """List the mass reminders: who, when, what, and how far they are."""
    paginator = Paginator(queries.runs_in(scope_of(user_of(request))), queries.RUNS_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": screens.run_rows(list(page.object_list)),
        "may_act": has_role(user_of(request), Role.COLLECTOR),
    }
    return render(request, "dunning/runs/list.html", context)


@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_run(request: HttpRequest) -> HttpResponse:
    """Ask for the options of a mass reminder of the accounts ticked in the list, or of its filter."""
    scope = scope_of(user_of(request))
    try:
        selection = _selection(request, scope)
        return _ask_options(request, scope, selection, None)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("/")


@requires(Role.COLLECTOR)
@require_http_methods(["POST"])
def propose_run(request: HttpRequest) -> HttpResponse:
    """Make the proposal and go to it; a large one goes on being prepared in the background."""
    scope, now = scope_of(user_of(request)), timezone.now()
    try:
        selection = _selection(request, scope)
        form = OptionsForm(request.POST, scope=scope, currencies=currencies_of(scope))
        if not form.is_valid():
            return _ask_options(request, scope, selection, form)
        run = proposing.create_run(
            selection=selection, options=form.options(), scope=scope, actor=actor_of(request), now=now
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("/")
    until = now + dt.timedelta(seconds=PREPARING_SECONDS)
    proposing.prepare(run_id=run.pk, clock=timezone.now, until=until)
    return redirect("dunning:run", run_id=run.pk)


@never_cache
@requires(Role.READER)
@require_http_methods(["GET", "HEAD", "POST"])
def run_detail(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show a mass reminder, proposal or results; take the actions upon it."""
    run = _run(request, run_id)
    if request.method == "POST":
        check_role(request, Role.COLLECTOR)
        return _act(request, run)
    criteria = queries.parse_lines_query(request.GET)
    context = {
        **screens.run_context(run, timezone.now()),
        "criteria": criteria,
        "page": queries.list_lines(run, criteria),
        "may_act": has_role(user_of(request), Role.COLLECTOR),
        "may_approve": _may_approve(request, run),
    }
    name = "lines" if request.headers.get("HX-Target") == "lignes" else "run"
    return render(request, f"dunning/runs/{name}.html", context)


@never_cache
@requires(Role.READER)
@require_safe
def run_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show how far a run is, for a page that refreshes it; the end reloads the page."""
    run = _run(request, run_id)
    context = {
        **screens.run_context(run, timezone.now()),
        "may_act": has_role(user_of(request), Role.COLLECTOR),
        "may_approve": _may_approve(request, run),
    }
    response = render(request, "dunning/runs/progress.html", context)
    if request.GET.get("etat") not in (None, run.state):
        response["HX-Refresh"] = "true"
    return response


@never_cache
@requires(Role.COLLECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def run_line(request: HttpRequest, run_id: int, line_id: int) -> HttpResponse:
    """Show what one account will receive, and let it be changed."""
    run, scope = _run(request, run_id), scope_of(user_of(request))
    line = get_object_or_404(RunLine.objects.select_related("run", "account__entity"), run=run, pk=line_id)
    if run.state != RunState.PROPOSAL or line.state != LineState.TO_REMIND:
        messages.error(request, _("Cette ligne ne se modifie pas, ou plus."))
        return redirect("dunning:run", run_id=run.pk)
    actor, now = actor_of(request), timezone.now()
    situation = editing.situation_of(line, scope, now)
    modes = RunOptions.from_json(run.options).modes
    mode = request.POST.get("mode", line.mode)
    try:
        texts = editing.texts_of(line, situation, actor, now, mode if mode in modes else line.mode)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("dunning:run", run_id=run.pk)
    posted = request.POST if request.method == "POST" else None
    form = LineForm(posted, initial=first_values(line, texts), modes=modes, situation=situation)
    if posted is not None and form.is_valid() and _is_edited(request, line, form, scope):
        messages.success(request, _("Le changement est gardé."))
        return redirect("dunning:run", run_id=run.pk)
    context = {
        "run": run,
        "line": line,
        "form": form,
        "situation": situation,
        "chosen": {str(value) for value in form["factures"].value() or ()},
        "preview": None if form.errors else show(screens.line_issue(line, situation, actor, now)),
    }
    return render(request, "dunning/runs/line.html", context, status=422 if form.errors else 200)


@requires(Role.READER)
@require_safe
def run_letters(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give the letters as one PDF to print, in the order of the list."""
    run = _run(request, run_id)
    part = _part(request.GET)
    if not 1 <= part <= printing.part_count(printing.letter_count(run)):
        raise Http404
    content = printing.letters_pdf(
        run, part=part, starts_on_right="recto" in request.GET, has_enclosures="pieces" in request.GET
    )
    return pdf_response(content, f"Relances-{run.pk}.pdf" if part == 1 else f"Relances-{run.pk}-{part}.pdf")


@requires(Role.READER)
@require_safe
def run_zip(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Give the letters as single files in a zip."""
    run = _run(request, run_id)
    if not printing.letter_count(run):
        raise Http404
    response = StreamingHttpResponse(printing.letters_zip(run), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="Relances-{run.pk}.zip"'
    return response


def _run(request: HttpRequest, run_id: int) -> ReminderRun:
    return get_object_or_404(queries.runs_in(scope_of(user_of(request))), pk=run_id)


def _selection(request: HttpRequest, scope: Scope) -> RunSelection:
    """Read the accounts ticked, or the filter; raise Http404 for an account outside the scope."""
    sent = request.POST if request.method == "POST" else request.GET
    query = sent.get("requete", "") if request.method == "POST" else request.GET.urlencode()
    ids = [text for value in sent.getlist("compte") for text in value.split(",")]
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in ids):
        raise Http404
    if (
        request.method != "POST"
        or (sent.get("tous") and query)
        or (query and not ids and not sent.get("page"))
    ):
        if request.method == "POST" and not sent.get("tous"):
            raise Refusal(_("Cochez au moins un compte, ou sélectionnez tous les comptes filtrés."))
        accounts_of(scope, RunSelection(query=query), paris_date(timezone.now()))
        return RunSelection(query=query)
    wanted = list(dict.fromkeys(map(int, ids))) or _page_ids(scope, query)
    if len(wanted) > MAX_TICKED:
        raise Refusal(_("Trop de comptes cochés\u00a0: sélectionnez plutôt tous les comptes filtrés."))
    if not wanted:
        raise Refusal(_("Cochez au moins un compte, ou sélectionnez tous les comptes filtrés."))
    if accounts_in(scope).filter(id__in=wanted).count() != len(wanted):
        raise Http404
    return RunSelection(account_ids=tuple(wanted))


def _page_ids(scope: Scope, query: str) -> list[int]:
    """Return the accounts of the page that a query shows: without JavaScript only its box is sent."""
    sent = QueryDict(query)
    size, page = (
        int(text) if text.isdigit() else 1 for text in (sent.get("par_page", ""), sent.get("page", ""))
    )
    rows = accounts_of(scope, RunSelection(query=query), paris_date(timezone.now()))
    ordered = rows.order_by("entity_code", "search_name", "id").values_list("id", flat=True)
    return list(ordered[(page - 1) * size : page * size])


def _ask_options(
    request: HttpRequest, scope: Scope, selection: RunSelection, form: OptionsForm | None
) -> HttpResponse:
    shown = form or OptionsForm(
        initial=screens.first_options(scope), scope=scope, currencies=currencies_of(scope)
    )
    context = {
        "form": shown,
        "account_count": accounts_of(scope, selection, paris_date(timezone.now())).count(),
        "account_ids": ",".join(map(str, selection.account_ids)),
        "query": selection.query,
    }
    return render(request, "dunning/runs/options.html", context, status=422 if form else 200)


def _act(request: HttpRequest, run: ReminderRun) -> HttpResponse:
    """Keep the boxes of the page, then do what the button asks."""
    action, actor, now = request.POST.get("action", ""), actor_of(request), timezone.now()
    criteria = queries.parse_lines_query(request.GET)
    try:
        if "vue" in request.POST and run.state == RunState.PROPOSAL:
            _keep_ticks(request, run)
        if action in ("cocher_tout", "decocher_tout"):
            editing.tick_all(run=run, criteria=criteria, is_ticked=action == "cocher_tout")
        elif action in ACTIONS:
            ACTIONS[action](request, run, actor, now)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    run.refresh_from_db()
    if request.headers.get("HX-Request") and not action:
        return render(request, "dunning/runs/totals.html", screens.run_context(run, now))
    if action == "imprimer":
        letters = redirect("dunning:run_letters", run_id=run.pk)
        letters["Location"] += f"?partie={_part(request.POST)}"
        return letters
    query = criteria.query() if action in ("", "cocher_tout", "decocher_tout") else ""
    response = redirect("dunning:run", run_id=run.pk)
    response["Location"] += f"?{query}" if query else ""
    return response


def _keep_ticks(request: HttpRequest, run: ReminderRun) -> None:
    shown, ticked = (
        [
            int(text)
            for text in request.POST.getlist(name)
            if text.isascii() and text.isdigit() and len(text) < 19
        ]
        for name in ("vue", "ligne")
    )
    editing.tick_lines(run=run, shown=shown[:1_000], ticked=ticked[:1_000])


def _launch(request: HttpRequest, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    actions.launch_run(run=run, actor=actor, now=now, seen=request.POST.get("modeles"))
    if run.state == RunState.AWAITING:
        messages.success(
            request, _("Les mises en demeure sont prêtes : une autre personne doit les approuver.")
        )
    else:
        messages.success(request, _("Les relances sont lancées."))


def _approve(request: HttpRequest, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    actions.approve_run(run=run, actor=actor, now=now)
    messages.success(request, _("Les mises en demeure sont approuvées : elles partent."))


def _refuse(request: HttpRequest, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    actions.refuse_run(run=run, reason=request.POST.get("motif", ""), actor=actor, now=now)
    messages.success(request, _("Les mises en demeure sont refusées : rien ne part."))


def _may_approve(request: HttpRequest, run: ReminderRun) -> bool:
    user = user_of(request)
    return user.may_issue_formal_notices and run.launched_by_user_id != user.pk


def _retry(request: HttpRequest, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    count = actions.retry_failed(run=run, actor=actor, now=now)
    messages.info(request, counted(count, _("relance reprise"), _("relances reprises")))


def _part(sent: QueryDict) -> int:
    """Return which part of the letters is asked for, the first unless said; 0 for what is no number."""
    text = sent.get("partie", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _print(request: HttpRequest, run: ReminderRun, actor: Actor, now: dt.datetime) -> None:
    printing.mark_run_printed(run=run, part=_part(request.POST), actor=actor, now=now)


Handler = Callable[[HttpRequest, ReminderRun, Actor, dt.datetime], Any]
ACTIONS: dict[str, Handler] = {
    "lancer": _launch,
    "approuver": _approve,
    "refuser": _refuse,
    "suspendre": lambda _request, run, actor, now: actions.pause_run(run=run, actor=actor, now=now),
    "reprendre": lambda _request, run, actor, now: actions.resume_run(run=run, actor=actor, now=now),
    "arreter": lambda _request, run, actor, now: actions.stop_run(run=run, actor=actor, now=now),
    "reessayer": _retry,
    "imprimer": _print,
}
"""What each button does, by the value that it sends."""


def _is_edited(request: HttpRequest, line: RunLine, form: LineForm, scope: Scope) -> bool:
    values = form.cleaned_data
    subject, message = form.own_texts()
    edit = editing.LineEdit(
        values["mode"], tuple(values["factures"]), values["destinataires"], subject, message
    )
    try:
        editing.edit_line(line=line, edit=edit, scope=scope, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True
