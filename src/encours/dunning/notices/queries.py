"""Read the formal notices that wait for a second person, and those that were decided lately."""

from __future__ import annotations

from django.db.models import QuerySet

from encours.access.models import User
from encours.access.scopes import Scope, scope_of
from encours.dunning.notices.models import FormalNotice, NoticeState
from encours.dunning.runs.models import ReminderRun, RunState
from encours.dunning.runs.queries import runs_in

DECIDED_SHOWN = 50


def notices_in(scope: Scope) -> QuerySet[FormalNotice]:
    """Return the notices of a scope, with what a list shows of them."""
    rows = FormalNotice.objects.select_related("account__entity", "account__customer", "reminder")
    return scope.narrow(rows, "account__entity_id")


def waiting_notices(scope: Scope) -> QuerySet[FormalNotice]:
    """Return those that wait, the oldest first."""
    return notices_in(scope).filter(state=NoticeState.WAITING).order_by("prepared_at", "pk")


def decided_notices(scope: Scope) -> QuerySet[FormalNotice]:
    """Return those decided last."""
    rows = notices_in(scope).exclude(state=NoticeState.WAITING)
    return rows.order_by("-decided_at", "-pk")[:DECIDED_SHOWN]


def waiting_runs(scope: Scope) -> QuerySet[ReminderRun]:
    """Return the mass reminders that wait for a second person."""
    return runs_in(scope).filter(state=RunState.AWAITING).order_by("launched_at", "pk")


def count_to_approve(user: User) -> int:
    """Return how much waits for this user: what others prepared in his entities."""
    if not user.may_issue_formal_notices:
        return 0
    scope = scope_of(user)
    notices = waiting_notices(scope).exclude(author_user_id=user.pk)
    return notices.count() + waiting_runs(scope).exclude(launched_by_user_id=user.pk).count()
