"""Show a prepared formal notice as it would leave now, and issue it once a second person agrees."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.dunning.composing import Composed, compose
from encours.dunning.drafts import DraftContent
from encours.dunning.issuing.plan import Plan
from encours.dunning.issuing.reserve import Request
from encours.dunning.issuing.run import Clock, issue
from encours.dunning.models import MessageTemplate, Reminder, ReminderDraft
from encours.dunning.notices.actions import approve_notice, decided_sentence
from encours.dunning.notices.models import FormalNotice, NoticeState
from encours.dunning.situation import Situation, read_situations
from encours.dunning.wizard import careful_planner, lost_template


@dataclass(frozen=True, slots=True)
class Prepared:
    """A notice as it would leave now. ``stamp`` stands for all that may change behind who reads it."""

    composed: Composed | None
    obstacle: str
    stamp: str


def author_of(notice: FormalNotice) -> Actor:
    """Return who prepared a notice, as the author of its reminder."""
    return Actor(name=notice.author_name, user_id=notice.author_user_id, email=notice.author_email)


def read_prepared(notice: FormalNotice, scope: Scope, now: dt.datetime) -> Prepared:
    """Return a notice with all that has changed since it was prepared."""
    content = DraftContent.from_json(notice.content)
    situation = read_situations(scope, [notice.account_id], paris_date(now)).get(notice.account_id)
    template = MessageTemplate.objects.select_related("severity").filter(id=content.template_id or 0).first()
    if situation is None or template is None:
        return Prepared(None, lost_template(template), "")
    composed = compose(content, template, situation, actor=author_of(notice), now=now)
    obstacle = lost_template(template)
    if not obstacle and composed.plan is None:
        errors = [str(error) for errors in composed.form.errors.values() for error in errors]
        obstacle = " ".join(errors)
    return Prepared(composed, obstacle, _stamp(composed))


def approve(*, notice: FormalNotice, seen: str, approver: Actor, scope: Scope, clock: Clock) -> Reminder:
    """Issue a notice as its author's, approved by another; of two approvals at once, one does it.

    ``seen`` is the stamp of what the approver was shown: raise Refusal if it is no longer so, and where the
    notice was decided meanwhile.
    """
    prepared = read_prepared(notice, scope, clock())
    if prepared.composed is None or prepared.composed.plan is None or prepared.obstacle:
        _refuse_decided(notice)
        raise Refusal(prepared.obstacle or _("Cette mise en demeure ne peut plus être émise."))
    if seen != prepared.stamp:
        _refuse_decided(notice)
        raise Refusal(_("Quelque chose a changé depuis que vous avez ouvert cette page\u00a0: relisez."))
    plan = replace(prepared.composed.plan, approved_by=approver)
    confirm = careful_planner(plan, prepared.composed.content.seen)

    def decide(situation: Situation) -> Plan:
        approve_notice(notice=notice, actor=approver, now=clock())
        return _as_plan(confirm(situation))

    key = f"notice:{notice.pk}"
    requests = {notice.account_id: Request(decide, key)}
    result = issue(requests=requests, scope=scope, actor=author_of(notice), clock=clock)
    reminder = result.reminders[0]
    FormalNotice.objects.filter(pk=notice.pk, reminder=None).update(reminder=reminder)
    ReminderDraft.objects.filter(token=notice.draft_token, reminder=None).update(
        reminder=reminder, updated_at=clock()
    )
    notice.refresh_from_db()
    if notice.decided_by_user_id != approver.user_id:
        raise Refusal(decided_sentence(notice))
    return reminder


def _as_plan(decision: object) -> Plan:
    assert isinstance(decision, Plan)  # a careful planner refuses, it leaves nothing out
    return decision


def _refuse_decided(notice: FormalNotice) -> None:
    """Raise Refusal where the notice waits no more: this says more than that something has changed."""
    fresh = FormalNotice.objects.get(pk=notice.pk)
    if fresh.state != NoticeState.WAITING:
        raise Refusal(decided_sentence(fresh))


def _stamp(composed: Composed) -> str:
    seen = {name: value for name, value in composed.content.seen.items() if name != "changes"}
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]
