"""Reserve reminders: under the locks of their accounts, decide, give a number and freeze the data."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from encours import bulk, failpoints
from encours.access.scopes import Scope
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.selection import Left
from encours.delivery import leases
from encours.dunning.issuing.freezing import Issue, Texts, freeze
from encours.dunning.issuing.frozen import FrozenReminder
from encours.dunning.issuing.plan import Plan, Planner
from encours.dunning.models import Mode, Reminder, ReminderCounter, ReminderLine, ReminderState
from encours.dunning.notices.rights import Authority
from encours.dunning.situation import Situation, read_situations
from encours.parties.queries import emails_of, missing_in_address, refusals_in_contact
from encours.receivables.figures import lock_accounts

_LINE_COLUMNS = (
    *("reminder_id", "invoice_id", "number", "issue_date", "due_date", "net_minor", "gross_minor"),
    *("remaining_minor", "currency", "days_late"),
)
DRAWING_LEASE = dt.timedelta(minutes=10)
"""How long a chunk may take to be drawn before another process does it again."""


@dataclass(frozen=True, slots=True)
class Request:
    """One account to remind. The key is the same for everything that must end in one reminder."""

    planner: Planner
    idempotency_key: str


@dataclass(slots=True)
class Reserved:
    """What came of the requests: reminders (known ones included), and the accounts left out."""

    reminders: list[Reminder] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


@transaction.atomic
def reserve(*, requests: Mapping[int, Request], scope: Scope, actor: Actor, now: dt.datetime) -> Reserved:
    """Reserve one reminder for each account (by id) whose planner still wants one, in the order of the list.

    Everything is read again under the locks; a key that was used gives its reminder back. Raise Refusal,
    having changed nothing, for a plan that cannot be issued.
    """
    failpoints.reach("before_reserve")
    lock_accounts(requests)
    result = Reserved(reminders=_known(requests))
    known = {reminder.idempotency_key for reminder in result.reminders}
    situations = read_situations(scope, requests.keys(), paris_date(now))
    plans: list[tuple[Situation, Plan, str]] = []
    authority = Authority(actor)
    for account_id, situation in situations.items():
        request = requests[account_id]
        if request.idempotency_key in known:
            continue
        decision = request.planner(situation)
        if isinstance(decision, Left):
            result.left.append(decision)
        else:
            refuse_unissuable(situation, decision)
            authority.refuse_unauthorised(decision, situation.account.entity)
            plans.append((situation, decision, request.idempotency_key))
    result.reminders += _write(plans, actor, now)
    failpoints.reach("reserved_uncommitted")
    return result


def refuse_unissuable(situation: Situation, plan: Plan) -> None:
    """Raise Refusal where a reminder must not leave: the last door, whoever made the plan."""
    account = situation.account
    if not situation.is_active:
        raise Refusal(
            _("Le compte %s est inactif\u00a0: réactivez le client ou l'entité avant de le relancer.")
            % account
        )
    if missing := situation.missing_in_entity(plan.mode):
        raise Refusal(
            _("L'entité %(code)s ne peut pas émettre de relance. Il lui manque\u00a0: %(fields)s.")
            % {"code": account.entity.code, "fields": ", ".join(missing)}
        )
    if not plan.invoices:
        raise Refusal(_("Choisissez au moins une facture à relancer."))
    open_ids = {invoice.id for invoice in situation.invoices}
    for invoice in plan.invoices:
        if invoice.id not in open_ids:
            raise Refusal(_("La facture %s n'a plus rien à payer\u00a0: ôtez-la.") % invoice.number)
    _refuse_unreachable(situation, plan)


def _refuse_unreachable(situation: Situation, plan: Plan) -> None:
    if plan.mode == Mode.EMAIL:
        recipients = emails_of(situation.contact) if plan.recipients is None else plan.recipients
        if not recipients:
            refusals = ", ".join(refusals_in_contact(situation.contact))
            raise Refusal(refusals or _("Aucun e-mail n'est défini au niveau de l'adresse de relance."))
    elif missing := missing_in_address(situation.contact):
        raise Refusal(_("L'adresse postale est incomplète. Il manque\u00a0: %s.") % ", ".join(missing))


def _known(requests: Mapping[int, Request]) -> list[Reminder]:
    keys = [request.idempotency_key for request in requests.values()]
    return list(Reminder.objects.filter(idempotency_key__in=keys).order_by("id"))


def _write(plans: list[tuple[Situation, Plan, str]], actor: Actor, now: dt.datetime) -> list[Reminder]:
    """Give the numbers, entity by entity in the order of their ids, and write the reminders in list order."""
    by_entity: dict[int, list[int]] = defaultdict(list)
    for at, (situation, _plan, _key) in enumerate(plans):
        by_entity[situation.account.entity_id].append(at)
    numbers: dict[int, int] = {}
    for entity_id in sorted(by_entity):
        first = _take_numbers(entity_id, len(by_entity[entity_id]))
        numbers.update({at: first + offset for offset, at in enumerate(by_entity[entity_id])})
    issues = [
        Issue(plan, situation, numbers[at], actor, now) for at, (situation, plan, _key) in enumerate(plans)
    ]
    reminders = [
        _reminder(issue, *frozen, idempotency_key=key)
        for issue, frozen, (_situation, _plan, key) in zip(issues, freeze(issues), plans, strict=True)
    ]
    bulk.create_all(reminders)
    bulk.insert_rows(
        ReminderLine,
        _LINE_COLUMNS,
        [row for reminder, issue in zip(reminders, issues, strict=True) for row in _lines(reminder, issue)],
    )
    return reminders


def _take_numbers(entity_id: int, count: int) -> int:
    """Return the first of ``count`` numbers of an entity; they are taken for ever once this is committed."""
    ReminderCounter.objects.bulk_create([ReminderCounter(entity_id=entity_id)], ignore_conflicts=True)
    counter = ReminderCounter.objects.select_for_update().get(entity_id=entity_id)
    first = counter.last_number + 1
    counter.last_number += count
    counter.save(update_fields=["last_number"])
    return first


def _reminder(issue: Issue, frozen: FrozenReminder, texts: Texts, *, idempotency_key: str) -> Reminder:
    plan, template, account = issue.plan, issue.plan.template, issue.situation.account
    if issue.number is None:
        raise ValueError("a reminder is written once its number is given")
    return Reminder(
        entity_id=account.entity_id,
        account=account,
        number=issue.number,
        reference=issue.reference,
        state=ReminderState.RESERVED,
        mode=plan.mode,
        template_code=template.code,
        template_version=template.version,
        template_name=template.name,
        mention=template.mention,
        is_formal_notice=template.is_formal_notice,
        severity_rank=plan.severity.rank,
        severity_name=plan.severity.name,
        language=issue.language,
        subject=texts.subject,
        message=texts.message,
        author_name=issue.actor.name,
        author_user_id=issue.actor.user_id,
        approved_by_name=plan.approved_by.name if plan.approved_by else "",
        author_address=issue.actor.address[:64],
        author_request_id=issue.actor.request_id[:64],
        created_at=issue.now,
        date=issue.situation.today,
        frozen=frozen.to_json(),
        message_id=frozen.email.message_id if frozen.email else "",
        idempotency_key=idempotency_key,
        lease_owner=leases.this_process(),
        lease_expires_at=issue.now + DRAWING_LEASE,
    )


def _lines(reminder: Reminder, issue: Issue) -> list[tuple[object, ...]]:
    return [
        (
            *(reminder.id, row.id, row.number, row.issue_date, row.due_date, row.net.minor, row.gross.minor),
            *(row.remaining.minor, row.remaining.currency, row.days_late),
        )
        for row in issue.plan.invoices
    ]
