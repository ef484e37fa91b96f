"""Every write about formal notices: prepare, approve, refuse, withdraw; each is decided once."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.dunning.drafts import DraftContent
from encours.dunning.models import ReminderDraft
from encours.dunning.notices.models import FormalNotice, NoticeState
from encours.dunning.notices.rights import has_right
from encours.dunning.notices.telling import tell_approvers
from encours.parties.models import BillingEntity


def prepare_notice(
    *, draft: ReminderDraft, content: DraftContent, actor: Actor, now: dt.datetime
) -> FormalNotice:
    """Have a draft wait for a second person; sent twice it waits once. Raise Refusal for another one."""
    if actor.user_id is None:
        raise ValueError("a formal notice is prepared by a user")
    notice = FormalNotice(
        account=draft.account,
        content=content.to_json(),
        draft_token=draft.token,
        author_name=actor.name,
        author_user_id=actor.user_id,
        author_email=actor.email,
        prepared_at=now,
    )
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
            _record("notice.prepare", notice, actor, now)
            tell_approvers(
                waiting=str(notice.pk),
                path=reverse("dunning:notice", args=[notice.pk]),
                entities=[notice.account.entity],
                author_name=actor.name,
                author_user_id=actor.user_id,
                now=now,
            )
    except IntegrityError:
        waiting = FormalNotice.objects.get(account=draft.account, state=NoticeState.WAITING)
        if waiting.draft_token == draft.token:
            return waiting
        raise Refusal(
            _("Une mise en demeure de ce compte, préparée par %s, attend déjà d'être approuvée.")
            % waiting.author_name
        ) from None
    return notice


def approve_notice(*, notice: FormalNotice, actor: Actor, now: dt.datetime) -> None:
    """Agree to a notice, inside the transaction that gives it its number; once, and never by its author."""
    refuse_unfit_approver(author_user_id=notice.author_user_id, actor=actor)
    _decide(notice, NoticeState.APPROVED, "notice.approve", "", actor, now)


@transaction.atomic
def refuse_notice(*, notice: FormalNotice, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Refuse a notice with a reason; it is never sent, its author may take up his draft again."""
    refuse_unfit_approver(author_user_id=notice.author_user_id, actor=actor)
    if not reason.strip():
        raise Refusal(_("Indiquez pourquoi vous refusez."))
    _decide(notice, NoticeState.REFUSED, "notice.refuse", reason.strip()[:2000], actor, now)


@transaction.atomic
def withdraw_notice(*, notice: FormalNotice, actor: Actor, now: dt.datetime) -> None:
    """Take back a notice that one has prepared oneself."""
    if actor.user_id != notice.author_user_id:
        raise Refusal(_("Seule la personne qui l'a préparée peut la retirer\u202f; refusez-la plutôt."))
    _decide(notice, NoticeState.WITHDRAWN, "notice.withdraw", "", actor, now)


@transaction.atomic
def set_notice_approval(
    *, entity: BillingEntity, needs_approval: bool, actor: Actor, now: dt.datetime
) -> None:
    """Say whether formal notices of an entity need a second person."""
    entity = BillingEntity.objects.select_for_update().get(pk=entity.pk)
    before, entity.formal_notices_need_approval = entity.formal_notices_need_approval, needs_approval
    entity.save(update_fields=["formal_notices_need_approval"])
    record(
        actor=actor,
        action="entity.set_notice_approval",
        subject=f"entité {entity.code}",
        entity_code=entity.code,
        before={"formal_notices_need_approval": before},
        after={"formal_notices_need_approval": needs_approval},
        now=now,
    )


def refuse_unfit_approver(*, author_user_id: int | None, actor: Actor) -> None:
    """Raise Refusal for who may not decide: without the right, or the author himself."""
    if actor.user_id is None or not has_right(actor.user_id):
        raise Refusal(_("Vous n'avez pas le droit d'approuver des mises en demeure."))
    if actor.user_id == author_user_id:
        raise Refusal(_("Vous l'avez préparée\u00a0: une autre personne doit l'approuver."))


def _decide(
    notice: FormalNotice, state: NoticeState, action: str, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Move a notice by compare-and-swap: of two that decide, one does."""
    decided = FormalNotice.objects.filter(pk=notice.pk, state=NoticeState.WAITING).update(
        state=state,
        reason=reason,
        decided_by_name=actor.name,
        decided_by_user_id=actor.user_id,
        decided_at=now,
    )
    if not decided:
        raise Refusal(decided_sentence(FormalNotice.objects.get(pk=notice.pk)))
    _record(action, notice, actor, now, reason=reason)


def decided_sentence(notice: FormalNotice) -> str:
    """Return what has become of a notice that waits no more."""
    return _("Cette mise en demeure est déjà %(state)s, par %(name)s.") % {
        "state": notice.get_state_display(),
        "name": notice.decided_by_name,
    }


def _record(action: str, notice: FormalNotice, actor: Actor, now: dt.datetime, reason: str = "") -> None:
    record(
        actor=actor,
        action=action,
        subject=f"mise en demeure {notice.pk}, compte {notice.account}",
        entity_code=notice.account.entity.code,
        after={"author": notice.author_name, **({"reason": reason} if reason else {})},
        now=now,
    )
