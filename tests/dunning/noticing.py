"""Prepare formal notices in a test, and decide about them, on the fixed day of tests.build."""

from __future__ import annotations

from encours.access import actions as access
from encours.access.models import Role, User
from encours.access.scopes import EVERYTHING
from encours.core.actors import Actor
from encours.dunning import drafts
from encours.dunning.drafts import DraftContent
from encours.dunning.models import FormalNotice, Reminder
from encours.dunning.notices.actions import prepare_notice, set_notice_approval
from encours.dunning.notices.approving import approve, read_prepared
from encours.parties.models import Account
from encours.receivables.models import Invoice
from tests.build import ACTOR, NOW
from tests.dunning.issuing import template


def person(name: str, *, has_right: bool = True, role: Role = Role.COLLECTOR) -> User:
    """Return a user who sees every entity."""
    return access.create_user(
        username=name,
        full_name=f"Anne {name}",
        role=role,
        email=f"{name}@tc.example",
        sees_all_entities=True,
        may_issue_formal_notices=has_right,
        actor=ACTOR,
        now=NOW,
    )


def acting(user: User) -> Actor:
    return Actor(name=user.full_name, user_id=user.pk, email=user.email)


def ask_for_approval(account: Account) -> None:
    set_notice_approval(entity=account.entity, needs_approval=True, actor=ACTOR, now=NOW)
    account.entity.refresh_from_db()


def prepared(account: Account, author: User) -> FormalNotice:
    """Return a formal notice of all that an account owes, as its author would prepare it."""
    draft = drafts.open_draft(user_id=author.pk, account=account, now=NOW)
    invoices = Invoice.objects.filter(account=account, kind="invoice").values_list("id", flat=True)
    content = DraftContent(template_id=template("LMED").id, invoice_ids=tuple(invoices))
    return prepare_notice(draft=draft, content=content, actor=acting(author), now=NOW)


def approved(notice: FormalNotice, approver: User) -> Reminder:
    stamp = read_prepared(notice, EVERYTHING, NOW).stamp
    return approve(notice=notice, seen=stamp, approver=acting(approver), scope=EVERYTHING, clock=lambda: NOW)
