"""The screen «Boîte d'envoi»: what waits, left, was refused or is uncertain, and what is decided of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import has_role, requires, user_of
from encours.access.scopes import Scope, scope_of
from encours.core.errors import Refusal
from encours.delivery.actions import Decision, decide_many, pause, reopen
from encours.delivery.models import MessageState, OutboxMessage
from encours.delivery.queries import outbox_switch, report_mailboxes
from encours.dunning.outbox import queries, words
from encours.languages import counted

VERBS = {"annuler": Decision.CANCEL, "envoyee": Decision.MARK_AS_SENT, "renvoyer": Decision.REQUEUE}
"""What the buttons send."""
MAX_DECIDED = 5_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision about some messages."""

    decision: Decision
    rows: QuerySet[OutboxMessage]


@requires(Role.READER)
@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the messages of the user's entities, the newest first."""
    user, criteria = user_of(request), queries.read_filter(request.GET)
    page = queries.outbox_page(scope_of(user), criteria)
    context = {
        "page": page,
        "criteria": criteria,
        "states": [(name, label, page.counts[name]) for name, label in words.STATE_LABELS.items()],
        "all_count": sum(page.counts.values()),
        "sizes": queries.SIZES,
        "now": timezone.now(),
        "switch": outbox_switch(),
        "may_act": has_role(user, Role.COLLECTOR),
        "may_switch": has_role(user, Role.ADMINISTRATOR),
        "mailboxes": report_mailboxes() if has_role(user, Role.ADMINISTRATOR) else [],
    }
    return render(request, "dunning/outbox/list.html", context)


@requires(Role.COLLECTOR)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Apply a decision to the messages chosen; say first what it means where it cannot be taken back."""
    try:
        asked = _asked(request, scope_of(user_of(request)))
        if "confirme" not in request.POST and (telling := _to_ask_of(asked)) is not None:
            return _ask(request, asked, telling)
        ids = list(asked.rows.values_list("pk", flat=True)[:MAX_DECIDED])
        done = decide_many(
            decision=asked.decision, message_ids=ids, actor=actor_of(request), now=timezone.now()
        )
        _tell(request, asked.decision, done, len(ids))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _back(request)


@requires(Role.ADMINISTRATOR)
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Pause the whole outbox with a reason, or let messages leave again."""
    now, actor = timezone.now(), actor_of(request)
    try:
        if request.POST.get("decision") == "rouvrir":
            reopen(actor=actor, now=now)
            messages.success(request, _("L'envoi est rouvert."))
        else:
            pause(reason=request.POST.get("motif", ""), actor=actor, now=now)
            messages.success(request, _("L'envoi est suspendu\u00a0: plus rien ne part."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("dunning:outbox")


def _asked(request: HttpRequest, scope: Scope) -> Asked:
    """Return what the buttons ask: of one message, of those ticked, or of all that the filter finds."""
    verb, _colon, alone = request.POST.get("seul", "").partition(":")
    verb = verb or request.POST.get("decision", "")
    if verb not in VERBS:
        raise Refusal(_("Choisissez ce qu'il faut faire de ces messages."))
    decision = VERBS[verb]
    if not alone and request.POST.get("portee") == "filtre":
        criteria = queries.read_filter(QueryDict(request.POST.get("retour", "")))
        rows = queries.matching(scope, criteria).filter(state__in=decision.sources)
        return Asked(decision, rows)
    ids = {_number(pk) for pk in ([alone] if alone else request.POST.getlist("message"))}
    if not ids:
        raise Refusal(_("Cochez au moins un message."))
    rows = queries.messages_in(scope).filter(pk__in=ids)
    if rows.count() != len(ids):
        raise Http404
    return Asked(decision, rows)


def _to_ask_of(asked: Asked) -> QuerySet[OutboxMessage] | None:
    """Return the messages of which to ask first: the uncertain ones, and several whose sending is cancelled.

    One alone is cancelled at once: it may leave at any moment.
    """
    if asked.decision is Decision.CANCEL:
        waiting = asked.rows.filter(state__in=asked.decision.sources)
        return waiting if waiting[:2].count() > 1 else None
    uncertain = asked.rows.filter(state=MessageState.UNCERTAIN)
    return uncertain if uncertain.exists() else None


def _ask(request: HttpRequest, asked: Asked, telling: QuerySet[OutboxMessage]) -> HttpResponse:
    kept = [
        (name, value)
        for name in ("seul", "decision", "portee", "retour", "message")
        for value in request.POST.getlist(name)
    ]
    context = {
        "is_requeue": asked.decision is Decision.REQUEUE,
        "is_cancel": asked.decision is Decision.CANCEL,
        "told": list(telling[:SHOWN]),
        "told_count": telling.count(),
        "other_count": asked.rows.filter(state__in=asked.decision.sources).count() - telling.count(),
        "kept": kept,
        "back": _back(request).url,
    }
    return render(request, "dunning/outbox/confirm.html", context)


def _tell(request: HttpRequest, decision: Decision, done: int, asked: int) -> None:
    sentences = {
        Decision.CANCEL: (_("envoi annulé"), _("envois annulés")),
        Decision.MARK_AS_SENT: (_("message marqué comme envoyé"), _("messages marqués comme envoyés")),
        Decision.REQUEUE: (_("message remis en attente"), _("messages remis en attente")),
    }
    if done:
        messages.success(request, counted(done, *sentences[decision]) + ".")
    if left := asked - done:
        one, many = (
            _("message n'est plus dans un état qui le permet"),
            _("messages ne sont plus dans un état qui le permet"),
        )
        messages.warning(request, counted(left, one, many) + _("\u00a0: rien n'y a été changé."))


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to where the decision was asked: a page of ours, or the list with its filter."""
    wanted = request.POST.get("retour", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return HttpResponseRedirect(wanted)
    query = queries.read_filter(QueryDict(wanted)).query()
    return HttpResponseRedirect(f"{reverse('dunning:outbox')}?{query}")


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    raise Http404
