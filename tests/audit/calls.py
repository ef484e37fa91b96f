"""How each action is called once, on a small ledger, by somebody whose name and address are known."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator

from encours.access import actions as access
from encours.access.grants import Grant
from encours.access.models import OpenSession, Role, User
from encours.access.scopes import EVERYTHING
from encours.access.second_factor import actions as factors
from encours.access.second_factor.codes import code_at
from encours.access.sessions import actions as sessions
from encours.archive import store
from encours.core.actors import Actor
from encours.core.delivery_reports import read_report
from encours.core.selection import Policy
from encours.core.smtp_outcomes import Answer, Phase, Verdict
from encours.delivery import actions as delivery
from encours.delivery.actions import Move, Mover, Recipient
from encours.delivery.actions.reporting import apply_report
from encours.delivery.models import MessageState, OutboxMessage
from encours.documents.letterhead import Letterhead
from encours.dunning.drafts import DraftContent, open_draft
from encours.dunning.issuing.reserve import Request
from encours.dunning.issuing.run import issue
from encours.dunning.mass import remind_all
from encours.dunning.models import FormalNotice, Reminder
from encours.dunning.notices.actions import prepare_notice
from encours.dunning.runs import actions as runs
from encours.dunning.runs.editing import LineEdit, edit_line
from encours.dunning.runs.models import LineState, ReminderRun, RunLine, RunState
from encours.dunning.runs.printing import mark_run_printed
from encours.dunning.runs.proposing import create_run
from encours.dunning.runs.selections import RunSelection
from encours.dunning.samples import queue_test
from encours.dunning.selecting import decide_accounts
from encours.dunning.situation import read_situations
from encours.dunning.template_actions import TemplateDetails, rename_severities
from encours.intake.importing import import_files
from encours.intake.management.commands.import_entities import Command as ImportEntities
from encours.operations.backup.making import make_backup
from encours.operations.backup.restoring import restore_backup
from encours.parties import actions as parties
from encours.parties.details import EntityDetails
from encours.receivables import actions as receivables
from encours.receivables.actions.allocations import add_counter_entry
from encours.receivables.actions.parts import receive_payment
from encours.receivables.details import InvoiceDetails, PaymentDetails
from encours.receivables.models import Allocation, HoldKind
from tests import build
from tests.access import signing
from tests.access.signing import SECRET
from tests.delivery.reports import dsn
from tests.dunning import noticing
from tests.dunning.issuing import planner, remind_one, template
from tests.dunning.running import EMAIL_THEN_LETTER, LETTER_ONLY, launch, proposal

WHO = Actor("Anne Martin", 3, "anne@topconseil.example", "192.0.2.1", "0123456789abcdef")
NOW = build.NOW + dt.timedelta(hours=1)
BY: dict[str, Any] = {"actor": WHO, "now": NOW}
Prepared = Callable[[], object]
Preparation = Callable[[], Prepared]
PASSWORD = "une phrase assez longue"


def user(name: str = "paul", role: Role = Role.COLLECTOR) -> User:
    return access.create_user(
        username=name,
        full_name="Paul",
        role=role,
        password=PASSWORD,
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )


def grant_entity() -> Prepared:
    one, entity = user(), build.entity()
    User.objects.filter(pk=one.pk).update(sees_all_entities=False)
    one.refresh_from_db()
    return partial(access.grant_entity, user=one, entity_id=entity.pk, entity_code=entity.code, **BY)


def update_user() -> Prepared:
    grant = Grant(Role.READER, True, frozenset())
    giver = user("chef", Role.ADMINISTRATOR)
    return partial(
        access.update_user, user=user(), full_name="Paul D.", email="", grant=grant, giver=giver, **BY
    )


def set_user_active() -> Prepared:
    giver = user("chef", Role.ADMINISTRATOR)
    return partial(access.set_user_active, user=user(), is_active=False, giver=giver, **BY)


def with_app() -> User:
    """Return a user who has an authenticator app."""
    one = user()
    signing.with_app(one)
    return one


def enrolled() -> Prepared:
    one, code = user(), code_at(SECRET, NOW)
    return partial(factors.enrol_app, user=one, secret=SECRET, code=code, **BY)


def removed_factor() -> Prepared:
    one = with_app()
    factor = Authenticator.objects.get(user=one, type=Authenticator.Type.TOTP)
    return partial(factors.remove_factor, user=one, factor_id=factor.pk, **BY)


def opened(one: User) -> int:
    """Open a session of a user and return its id."""
    seen = {"began_at": build.NOW, "address": "192.0.2.9", "browser": "Firefox"}
    sessions.note_use(session_key="abc", user=one, now=build.NOW, **seen)  # type: ignore[arg-type]
    return OpenSession.objects.get(user=one).pk


def ended_session() -> Prepared:
    one = user()
    return partial(sessions.end_session, user=one, session_id=opened(one), but="", **BY)


def ended_sessions() -> Prepared:
    one = user()
    opened(one)
    return partial(sessions.end_sessions, user=one, **BY)


def message(state: MessageState = MessageState.QUEUED) -> OutboxMessage:
    """Return a message that a worker left in this state."""
    content = b"Subject: 1\r\n\r\n1\r\n"
    (row,) = delivery.enqueue(
        reference="TOPCONSEIL-1",
        sender="relances@top.example",
        recipients=[Recipient("compta@client.example")],
        message_id="<relance.0123@top.example>",
        content_sha256=store.put(content),
        size=len(content),
        now=build.NOW,
    )
    if state != MessageState.QUEUED:
        lease = dt.timedelta(minutes=1)
        delivery.claim(owner="w", limit=1, max_bytes=10**6, lease=lease, now=build.NOW)
        answer = Answer.HANG if state == MessageState.UNCERTAIN else Answer.REPLY
        verdict = Verdict(Phase.FINAL_DOT, answer, 250, "Pris")
        until = build.NOW + lease
        dot = Move(row.pk, MessageState.TRANSMITTING, Mover.WORKER, owner="w", lease_expires_at=until)
        delivery.move([dot], now=build.NOW)
        delivery.move([Move(row.pk, state, Mover.WORKER, owner="w", verdict=verdict)], now=build.NOW)
    return OutboxMessage.objects.get(pk=row.pk)


def report() -> Prepared:
    message(MessageState.SENT)
    said = read_report(dsn().encode())
    assert said is not None
    return partial(apply_report, report=said, **BY)


def decide_many() -> Prepared:
    ids = [message().pk]
    return partial(delivery.decide_many, decision=delivery.Decision.CANCEL, message_ids=ids, **BY)


def letter() -> Reminder:
    return remind_one(build.example().account)


def remind() -> Prepared:
    account = build.example().account
    requests = {account.id: Request(planner("L1"), "audit")}
    return partial(issue, requests=requests, scope=EVERYTHING, actor=WHO, clock=lambda: NOW)


def remind_many() -> Prepared:
    build.example()
    policy, templates = Policy(modes=("letter",)), [template("L1")]
    decided = list(decide_accounts(EVERYTHING, policy, today=build.TODAY))
    return lambda: list(
        remind_all(
            decided, policy=policy, templates=templates, scope=EVERYTHING, actor=WHO, clock=lambda: NOW
        )
    )


def run(state: RunState = RunState.PROPOSAL) -> ReminderRun:
    account = build.example().account
    made = proposal(account)
    ReminderRun.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def fit_approver() -> None:
    """Make WHO a user who may issue and approve formal notices."""
    one = noticing.person("seconde")
    User.objects.filter(pk=one.pk).update(id=WHO.user_id)


def awaiting_run() -> ReminderRun:
    fit_approver()
    return run(RunState.AWAITING)


def new_notice() -> Callable[[], FormalNotice]:
    account = build.example().account
    draft = open_draft(user_id=WHO.user_id or 0, account=account, now=NOW)
    content = DraftContent(template_id=template("LMED").pk)
    return partial(prepare_notice, draft=draft, content=content, **BY)


def notice() -> FormalNotice:
    noticing.person("auteur")
    User.objects.filter(id=WHO.user_id or 0).update(id=1_000)  # the author is somebody else
    author = User.objects.get(username="auteur")
    fit_approver()
    return noticing.prepared(build.example().account, author)


def new_run() -> Prepared:
    selection = RunSelection(account_ids=(build.example().account_id,))
    template("E1"), template("L1")
    return partial(create_run, selection=selection, options=EMAIL_THEN_LETTER, scope=EVERYTHING, **BY)


def printed_run() -> Prepared:
    made = proposal(build.example().account, options=LETTER_ONLY)
    launch(made)
    return partial(mark_run_printed, run=made, part=1, **BY)


def retried_run() -> Prepared:
    made = run(RunState.DONE)
    RunLine.objects.update(state=LineState.FAILED)
    return partial(runs.retry_failed, run=made, **BY)


def edited_line() -> Prepared:
    line = run().lines.select_related("run", "account").get()
    ids = tuple(int(id) for id in line.invoice_ids.split())
    edit = LineEdit("email", ids, ("autre@client.example",), "Rappel", "Bonjour")
    return partial(edit_line, line=line, edit=edit, scope=EVERYTHING, **BY)


def tried_template() -> Prepared:
    account = build.example().account
    situation = read_situations(EVERYTHING, [account.id], build.TODAY)[account.id]
    return partial(queue_test, situation, template("E1"), WHO, NOW)


def template_details(**changes: object) -> TemplateDetails:
    row = template("L1")
    names = TemplateDetails.__dataclass_fields__
    values = {name: getattr(row, name) for name in names}
    return TemplateDetails(**{**values, **changes})


def renamed_severities() -> Prepared:
    template("L1")
    return partial(rename_severities, names={3: "Ordinaire"}, **BY)


def import_entities() -> Prepared:
    path = Path(tempfile.mkdtemp()) / "entities.csv"
    path.write_text("entity_code,entity_name\nTC,TopConseil\nAUTRE,Autre\n")
    return partial(import_files, ImportEntities.importer, [path], is_dry_run=False, today=build.TODAY, **BY)


def backup() -> Prepared:
    build.example()
    return partial(make_backup, target=Path(tempfile.mkdtemp()) / "encours.tar", **BY)


def restore() -> Prepared:
    """Restore the backup of an empty database: nothing but what restoring writes is new."""
    from encours.audit.models import AuditLine
    from tests.superuser import as_superuser

    path = Path(tempfile.mkdtemp()) / "encours.tar"
    make_backup(target=path, actor=build.ACTOR, now=build.NOW)
    with as_superuser():
        AuditLine.objects.all().delete()
    return partial(restore_backup, path=path, **BY)


def details_of(number: str = "F-1", net: int = 1_000) -> InvoiceDetails:
    day = build.TODAY
    return InvoiceDetails(
        number=number,
        issue_date=day,
        due_date=day,
        net_minor=net,
        vat_minor=0,
        gross_minor=net,
        currency="EUR",
    )


PAID = PaymentDetails(reference="VIR-1", date=build.TODAY, amount_minor=1_000, currency="EUR")


def received() -> Prepared:
    invoice = build.example()
    return partial(receive_payment, account=invoice.account, details=PAID, parts={invoice.id: 1_000}, **BY)


def undo() -> Prepared:
    build.example()
    return partial(receivables.undo_allocation, allocation=Allocation.objects.get(), **BY)


def counter_entry() -> Prepared:
    build.example()
    return partial(add_counter_entry, Allocation.objects.get(), **BY)


def hold() -> Prepared:
    account = build.account()
    return partial(receivables.place_hold, account=account, kind=HoldKind.DISPUTE, reason="Contesté", **BY)


def cancelled_payment() -> Prepared:
    payment = build.payment(build.account())
    return partial(receivables.cancel_payment, payment=payment, reason="Rejet", **BY)


def entity_contact() -> Prepared:
    customer, entity = build.customer(), build.entity()
    build.contact(customer, entity)
    return partial(parties.remove_entity_contact, customer=customer, entity=entity, **BY)


def refused_email() -> Prepared:
    customer = build.customer("DUPONT")
    return partial(
        parties.mark_email_refused,
        customer_id=customer.id,
        email="compta@dupont.example",
        reason="550",
        **BY,
    )


def changed_entity() -> Prepared:
    entity = build.entity()
    names = asdict(EntityDetails(code="X", name="X"))
    details = EntityDetails(**{name: getattr(entity, name) for name in names})
    iban = "FR7630006000011234567890189"
    return partial(parties.update_entity, entity=entity, details=replace(details, iban=iban), **BY)


def looks(entity: Any) -> Letterhead:
    from encours.parties.senders import letterhead_of

    return replace(letterhead_of(entity), accent="#004488")
