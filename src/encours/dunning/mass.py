"""Remind many accounts by one policy: decide, then issue a chunk at a time, and say what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from encours.access.scopes import Scope
from encours.core.actors import Actor
from encours.core.selection import Left, Policy, Reason, Remind
from encours.dunning.facts import AccountName
from encours.dunning.issuing.plan import mass_planner
from encours.dunning.issuing.reserve import Request, Reserved
from encours.dunning.issuing.run import CHUNK, Clock, issue
from encours.dunning.models import MessageTemplate, Reminder
from encours.dunning.selecting import Decided


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an account: its reminder, or why it was left out."""

    account: AccountName
    reminder: Reminder | None = None
    because: Reason | None = None


def remind_all(
    decided: Iterable[Decided],
    *,
    policy: Policy,
    templates: Sequence[MessageTemplate],
    scope: Scope,
    actor: Actor,
    clock: Clock,
    run: str = "",
) -> Iterator[Result]:
    """Issue the reminders that were decided and yield one result per account, in the same order.

    Every decision is made again under the locks. Two calls with the same ``run`` issue each reminder once.
    """
    run = run or uuid.uuid4().hex
    planner = mass_planner(policy, templates)
    for chunk in _chunks(decided):
        requests = {
            one.account.id: Request(planner, f"{run}:{one.account.id}")
            for one in chunk
            if isinstance(one.decision, Remind)
        }
        outcome = issue(requests=requests, scope=scope, actor=actor, clock=clock)
        yield from _results(chunk, outcome)


def _chunks(decided: Iterable[Decided]) -> Iterator[list[Decided]]:
    """Yield the accounts in groups in which at most one chunk of them is to be reminded."""
    chunk: list[Decided] = []
    wanted = 0
    for one in decided:
        chunk.append(one)
        wanted += isinstance(one.decision, Remind)
        if wanted == CHUNK:
            yield chunk
            chunk, wanted = [], 0
    if chunk:
        yield chunk


def _results(chunk: Sequence[Decided], outcome: Reserved) -> Iterator[Result]:
    reminders: Mapping[int, Reminder] = {row.account_id: row for row in outcome.reminders}
    left = {one.account_id: one.because for one in outcome.left}
    for one in chunk:
        if isinstance(one.decision, Left):
            yield Result(one.account, because=one.decision.because)
        elif one.account.id in reminders:
            yield Result(one.account, reminder=reminders[one.account.id])
        else:  # the account left the scope meanwhile
            yield Result(one.account, because=left.get(one.account.id, Reason.CHANGED))
