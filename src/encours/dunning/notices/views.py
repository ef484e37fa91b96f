"""«Mises en demeure»: what waits for a second person, and the page on which he decides."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.core.errors import Refusal
from encours.dunning.composing import preview
from encours.dunning.notices import actions, queries
from encours.dunning.notices.approving import approve, read_prepared
from encours.dunning.notices.models import FormalNotice, NoticeState
from encours.parties.queries import entities_in


@requires(Role.COLLECTOR)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List what waits, and what was decided lately."""
    user = user_of(request)
    scope = scope_of(user)
    context = {
        "waiting": queries.waiting_notices(scope),
        "runs": queries.waiting_runs(scope),
        "decided": queries.decided_notices(scope),
    }
    return render(request, "dunning/notices/list.html", context)


@requires(Role.COLLECTOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a notice as it would leave now; approve, refuse or withdraw it."""
    found = get_object_or_404(queries.notices_in(scope_of(user_of(request))), pk=pk)
    if request.method == "POST":
        try:
            return _decide(request, found)
        except Refusal as refusal:
            found.refresh_from_db()
            return _show(request, found, refusal.message)
    return _show(request, found, "")


def _decide(request: HttpRequest, found: FormalNotice) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    action = request.POST.get("action", "")
    if action == "approuver":
        reminder = approve(
            notice=found,
            seen=request.POST.get("vu", ""),
            approver=actor,
            scope=scope_of(user_of(request)),
            clock=timezone.now,
        )
        messages.success(
            request, _("La mise en demeure est approuvée\u00a0: c'est la relance %s.") % reminder.reference
        )
        return redirect("dunning:reminder", reference=reminder.reference)
    if action == "refuser":
        actions.refuse_notice(notice=found, reason=request.POST.get("motif", ""), actor=actor, now=now)
        messages.success(request, _("La mise en demeure est refusée\u00a0: rien ne part."))
    elif action == "retirer":
        actions.withdraw_notice(notice=found, actor=actor, now=now)
        messages.success(request, _("La mise en demeure est retirée\u00a0: rien ne part."))
    else:
        raise Refusal(_("Choisissez d'approuver ou de refuser."))
    return redirect("dunning:notices")


def _show(request: HttpRequest, found: FormalNotice, problem: str) -> HttpResponse:
    user = user_of(request)
    prepared = None
    if found.state == NoticeState.WAITING:
        prepared = read_prepared(found, scope_of(user), timezone.now())
    composed = prepared.composed if prepared else None
    context = {
        "notice": found,
        "account": found.account,
        "prepared": prepared,
        "composed": composed,
        "preview": preview(composed) if composed else None,
        "from": found.account.entity,
        "problem": problem,
        "is_author": found.author_user_id == user.pk,
        "may_approve": user.may_issue_formal_notices and found.author_user_id != user.pk,
    }
    return render(request, "dunning/notices/notice.html", context, status=422 if problem else 200)


@requires(Role.ADMINISTRATOR)
@require_POST
def entity_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether formal notices of an entity need a second person."""
    entity = get_object_or_404(entities_in(scope_of(user_of(request))), pk=pk)
    needs = request.POST.get("approbation") == "oui"
    actions.set_notice_approval(
        entity=entity, needs_approval=needs, actor=actor_of(request), now=timezone.now()
    )
    done = (
        _("Les mises en demeure de %s demandent maintenant l'accord d'une seconde personne.")
        if needs
        else _("Les mises en demeure de %s partent maintenant sans seconde personne.")
    )
    messages.success(request, done % entity.code)
    return redirect("parties:entity", pk=pk)
