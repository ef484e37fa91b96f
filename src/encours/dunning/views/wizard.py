"""The two steps of a reminder, «Relance relative au client X»."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from encours.access.models import Role
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.access.scopes import scope_of
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.dunning import drafts
from encours.dunning.composing import Composed, compose, preview
from encours.dunning.drafts import DraftContent
from encours.dunning.forms import StepOneForm
from encours.dunning.issuing.reserve import Request
from encours.dunning.issuing.run import issue
from encours.dunning.models import MessageTemplate, Reminder, ReminderDraft
from encours.dunning.notices.actions import prepare_notice
from encours.dunning.notices.rights import Authority
from encours.dunning.situation import Situation, read_situations
from encours.dunning.wizard import (
    Changed,
    ModeChoice,
    careful_planner,
    held_sentence,
    lost_template,
    mode_choices,
    proposed_invoices,
    proposed_template,
)


@requires(Role.COLLECTOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show a step of the reminder, or take what was sent of it."""
    situation = _situation(request, account_id)
    if request.method == "POST":
        draft = _sent_draft(request, situation)
        if (reminder := drafts.issued_from(draft)) is not None:
            return _known(request, reminder)
        return (
            _take_step_two(request, draft, situation)
            if "etape2" in request.POST
            else _take_step_one(request, draft, situation)
        )
    draft = drafts.open_draft(user_id=user_of(request).pk, account=situation.account, now=timezone.now())
    if request.GET.get("etape") == "2" and DraftContent.of(draft).template_id is not None:
        if lost := lost_template(_template(draft)):
            return _back_to_step_one(request, situation, lost)
        composed = _composed(request, draft, situation, DraftContent.of(draft))
        drafts.save_draft(draft=draft, content=composed.content, now=timezone.now())
        return _show_step_two(request, draft, composed)
    return _show_step_one(request, draft, situation)


@requires(Role.COLLECTOR)
@never_cache
@require_POST
def live(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep what is typed in step 2, and show the preview and what follows from it."""
    situation = _situation(request, account_id)
    draft = _sent_draft(request, situation)
    content, template = _sent_content(request, draft), _template(draft)
    if content.template_id is None or drafts.issued_from(draft) is not None:
        return HttpResponse(status=409)
    if lost := lost_template(template):
        drafts.save_draft(draft=draft, content=content, now=timezone.now())
        return render(request, "dunning/parts/lost.html", {"sentence": lost})
    composed = _composed(request, draft, situation, content)
    drafts.save_draft(draft=draft, content=composed.content, now=timezone.now())
    return render(request, "dunning/parts/live.html", _context(draft, composed))


def _take_step_one(request: HttpRequest, draft: ReminderDraft, situation: Situation) -> HttpResponse:
    choices = _choices(request, situation)
    form = StepOneForm(request.POST, choices=choices, situation=situation)
    if not form.is_valid():
        return _show_step_one(request, draft, situation, form)
    before = DraftContent.of(draft)
    content = replace(
        before,
        template_id=form.cleaned_data["modele"],
        invoice_ids=tuple(form.cleaned_data["factures"]),
    )
    seen = {name: value for name, value in before.seen.items() if name != "changes"}
    content = replace(content, fields=_fields_after_step_one(before, content), seen=seen)
    drafts.save_draft(draft=draft, content=content, now=timezone.now())
    return redirect(f"{reverse('dunning:remind', args=[situation.account.id])}?etape=2")


def _choices(request: HttpRequest, situation: Situation) -> list[ModeChoice]:
    return mode_choices(situation, may_issue_notices=user_of(request).may_issue_formal_notices)


def _fields_after_step_one(before: DraftContent, content: DraftContent) -> dict[str, list[str]]:
    """Keep what was typed in step 2; the mode and the unedited texts follow another template."""
    if not before.fields:
        return {}
    fields = {**before.fields, "factures": [str(invoice_id) for invoice_id in content.invoice_ids]}
    template = MessageTemplate.objects.filter(id=content.template_id or 0).first()
    seen = before.seen.get("template") or {}
    if template is not None and (seen.get("id"), seen.get("mode")) != (template.id, template.mode):
        fields |= {"mode": [template.mode], "severite": [str(template.severity_id)]}
    return fields


def _take_step_two(request: HttpRequest, draft: ReminderDraft, situation: Situation) -> HttpResponse:
    content = _sent_content(request, draft)
    if lost := lost_template(_template(draft)):
        drafts.save_draft(draft=draft, content=content, now=timezone.now())
        return _back_to_step_one(request, situation, lost)
    composed = _composed(request, draft, situation, content)
    drafts.save_draft(draft=draft, content=composed.content, now=timezone.now())
    if "retour" in request.POST:
        return redirect(reverse("dunning:remind", args=[situation.account.id]))
    if "enregistrer" not in request.POST or composed.news or composed.plan is None:
        return _show_or_find(request, draft, composed)
    planner = careful_planner(composed.plan, composed.content.seen)
    try:
        if _needs_approval(composed):
            return _prepare_notice(request, draft, composed)
        result = issue(
            requests={situation.account.id: Request(planner, drafts.key_of(draft))},
            scope=scope_of(user_of(request)),
            actor=actor_of(request),
            clock=timezone.now,
        )
    except Refusal as refusal:
        if lost := lost_template(_template(draft)):
            return _back_to_step_one(request, situation, lost)
        fresh = _composed(request, draft, _situation(request, situation.account.id), composed.content)
        drafts.save_draft(draft=draft, content=fresh.content, now=timezone.now())
        sentences = refusal.sentences if isinstance(refusal, Changed) else (refusal.message,)
        return _show_or_find(request, draft, replace(fresh, changes=tuple(sentences)))
    reminder = result.reminders[0]
    drafts.consume(draft=draft, reminder=reminder, now=timezone.now())
    messages.success(request, _("La relance %s est enregistrée.") % reminder.reference)
    return redirect(_archive(reminder))


def _show_or_find(request: HttpRequest, draft: ReminderDraft, composed: Composed) -> HttpResponse:
    """Show step 2 again, unless what stands in its way is the reminder that the same form made meanwhile."""
    reminder = drafts.issued_from(draft)
    return _show_step_two(request, draft, composed) if reminder is None else _known(request, reminder)


def _known(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    messages.info(request, _("Cette relance est déjà enregistrée\u00a0: la voici."))
    return redirect(_archive(reminder))


def _needs_approval(composed: Composed) -> bool:
    entity = composed.issue.situation.account.entity
    return composed.template.is_formal_notice and entity.formal_notices_need_approval


def _prepare_notice(request: HttpRequest, draft: ReminderDraft, composed: Composed) -> HttpResponse:
    """Have a formal notice wait for a second person; the draft stays until it is issued."""
    actor = actor_of(request)
    Authority(actor).refuse_without_right([composed.template])
    notice = prepare_notice(draft=draft, content=composed.content, actor=actor, now=timezone.now())
    messages.success(
        request, _("La mise en demeure est prête : une autre personne doit maintenant l'approuver.")
    )
    return redirect("dunning:notice", pk=notice.pk)


def _composed(
    request: HttpRequest, draft: ReminderDraft, situation: Situation, content: DraftContent
) -> Composed:
    template = _template(draft)
    if template is None:
        raise Http404
    return compose(content, template, situation, actor=actor_of(request), now=timezone.now())


def _sent_content(request: HttpRequest, draft: ReminderDraft) -> DraftContent:
    kept = DraftContent.of(draft)
    names = ("factures", "mode", "severite", "releve", "de", "a", "duplicatas", "destinataires", "copies")
    texts = ("objet", "objet_propose", "message", "message_propose")
    fields = {name: request.POST.getlist(name) for name in (*names, *texts) if name in request.POST}
    return replace(kept, fields={"factures": [], **fields})


def _situation(request: HttpRequest, account_id: int) -> Situation:
    found = read_situations(scope_of(user_of(request)), [account_id], paris_date(timezone.now()))
    if account_id not in found:
        raise Http404
    return found[account_id]


def _sent_draft(request: HttpRequest, situation: Situation) -> ReminderDraft:
    """Return the draft that a form names; an open one where the form is older than all drafts."""
    user_id, token = user_of(request).pk, request.POST.get("brouillon", "")
    draft = drafts.find_draft(user_id=user_id, account=situation.account, token=token)
    return draft or drafts.open_draft(user_id=user_id, account=situation.account, now=timezone.now())


def _template(draft: ReminderDraft) -> MessageTemplate | None:
    template_id = DraftContent.of(draft).template_id or 0
    return MessageTemplate.objects.select_related("severity").filter(id=template_id).first()


def _back_to_step_one(request: HttpRequest, situation: Situation, sentence: str) -> HttpResponse:
    messages.warning(request, sentence)
    return redirect("dunning:remind", account_id=situation.account.id)


def _archive(reminder: Reminder) -> str:
    return reverse("dunning:reminder", args=[reminder.reference])


def _show_step_one(
    request: HttpRequest, draft: ReminderDraft, situation: Situation, form: StepOneForm | None = None
) -> HttpResponse:
    choices = _choices(request, situation)
    content = DraftContent.of(draft)
    proposed = proposed_template(situation, choices)
    if form is not None:
        chosen = form.data.get("modele", "")
        ticked = {int(text) for text in form.data.getlist("factures") if text.isdigit()}  # type: ignore[attr-defined]
    else:
        offered = {row.id for choice in choices if not choice.obstacle for row in choice.templates}
        kept = content.template_id if content.template_id in offered else None
        chosen = str(kept or (proposed.id if proposed else ""))
        ticked = set(_still_ticked(content) or proposed_invoices(situation))
    rows = [(row, held_sentence(row), row.id in ticked) for row in situation.invoices]
    context = {
        "account": situation.account,
        "draft": draft,
        "form": form,
        "choices": choices,
        "chosen": chosen,
        "overdue": [entry for entry in rows if entry[0].is_overdue],
        "not_due": [entry for entry in rows if not entry[0].is_overdue],
        "credits": situation.credits,
        "has_reachable_mode": proposed is not None,
        "may_issue_notices": user_of(request).may_issue_formal_notices,
    }
    return render(request, "dunning/step_one.html", context, status=422 if form is not None else 200)


def _still_ticked(content: DraftContent) -> list[int]:
    """Return the invoices that the user wants: those that step 2 left ticked, once he was there."""
    return [int(text) for text in content.fields.get("factures", ())] or list(content.invoice_ids)


def _show_step_two(request: HttpRequest, draft: ReminderDraft, composed: Composed) -> HttpResponse:
    is_refused = request.method == "POST" and "enregistrer" in request.POST
    context = {**_context(draft, composed), "shows_errors": is_refused}
    return render(request, "dunning/step_two.html", context, status=422 if is_refused else 200)


def _context(draft: ReminderDraft, composed: Composed) -> dict[str, object]:
    situation = composed.issue.situation
    return {
        "account": situation.account,
        "draft": draft,
        "composed": composed,
        "form": composed.form,
        "rows": [(row, row.id in composed.ticked) for row in composed.invoices],
        "credits": situation.credits,
        "preview": preview(composed),
        "needs_approval": _needs_approval(composed),
        "from": situation.account.entity,
    }
