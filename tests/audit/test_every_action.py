"""Each action of the product writes one line: who, when, from where, what, before and after."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import partial

import pytest

import encours
from encours.access import actions as access
from encours.access.models import Role
from encours.access.second_factor import actions as factors
from encours.audit.models import AuditLine
from encours.delivery import actions as delivery
from encours.delivery.models import MessageState
from encours.dunning import actions as dunning
from encours.dunning.letterheads import Proposed, save_letterhead
from encours.dunning.notices import actions as notices
from encours.dunning.runs import actions as runs
from encours.dunning.runs.models import RunState
from encours.dunning.template_actions import save_template
from encours.parties import actions as parties
from encours.parties.details import ContactDetails, CustomerDetails, EntityDetails
from encours.parties.letterheads import set_letterhead
from encours.receivables import actions as receivables
from encours.receivables.actions.parts import allocate_parts
from encours.receivables.actions.payments import allocate_oldest_first
from encours.receivables.models import Invoice, Payment
from tests import build
from tests.audit import calls
from tests.audit.calls import BY, NOW, WHO, Preparation
from tests.dunning.issuing import template

CALLS: dict[str, tuple[Preparation, str]] = {
    "access.actions.create_user": (
        lambda: partial(access.create_user, username="a", full_name="A", role=Role.READER, **BY),
        "user.create",
    ),
    "access.actions.update_user": (calls.update_user, "user.update"),
    "access.actions.set_user_active": (calls.set_user_active, "user.deactivate"),
    "access.actions.make_one_time_link": (
        lambda: partial(access.make_one_time_link, user=calls.user(), **BY),
        "user.make_link",
    ),
    "access.actions.grant_entity": (calls.grant_entity, "user.grant_entity"),
    "access.actions.set_password": (
        lambda: partial(access.set_password, user=calls.user(), password=calls.PASSWORD, **BY),
        "user.set_password",
    ),
    "access.actions.change_own_password": (
        lambda: partial(
            access.change_own_password,
            user=calls.user(),
            present=calls.PASSWORD,
            password="une autre phrase longue",
            **BY,
        ),
        "user.set_password",
    ),
    "access.actions.set_language": (
        lambda: partial(access.set_language, user=calls.user(), language="en", **BY),
        "user.set_language",
    ),
    "access.actions.note_sign_in": (
        lambda: partial(access.note_sign_in, user=calls.user(), method="password", second="", **BY),
        "user.sign_in",
    ),
    "access.second_factor.actions.enrol_app": (calls.enrolled, "user.enrol_app"),
    "access.second_factor.actions.add_passkey": (
        lambda: partial(factors.add_passkey, user=calls.user(), name="Clé", credential={}, **BY),
        "user.add_passkey",
    ),
    "access.second_factor.actions.make_recovery_codes": (
        lambda: partial(factors.make_recovery_codes, user=calls.with_app(), **BY),
        "user.make_recovery_codes",
    ),
    "access.second_factor.actions.remove_factor": (calls.removed_factor, "user.remove_second_factor"),
    "access.second_factor.actions.reset_second_factor": (
        lambda: partial(factors.reset_second_factor, user=calls.with_app(), **BY),
        "user.reset_second_factor",
    ),
    "access.second_factor.actions.set_role_rules": (
        lambda: partial(factors.set_role_rules, roles=["administrator"], **BY),
        "settings.set_role_rules",
    ),
    "access.sessions.actions.end_session": (calls.ended_session, "user.end_sessions"),
    "access.sessions.actions.end_sessions": (calls.ended_sessions, "user.end_sessions"),
    "delivery.actions.deciding.cancel": (
        lambda: partial(delivery.cancel, message=calls.message(), **BY),
        "outbox.cancel",
    ),
    "delivery.actions.deciding.mark_as_sent": (
        lambda: partial(delivery.mark_as_sent, message=calls.message(MessageState.UNCERTAIN), **BY),
        "outbox.mark_as_sent",
    ),
    "delivery.actions.deciding.requeue": (
        lambda: partial(delivery.requeue, message=calls.message(MessageState.UNCERTAIN), **BY),
        "outbox.requeue",
    ),
    "delivery.actions.deciding.decide_many": (calls.decide_many, "outbox.cancel"),
    "delivery.actions.deciding.pause": (
        lambda: partial(delivery.pause, reason="panne", **BY),
        "outbox.pause",
    ),
    "delivery.actions.deciding.reopen": (lambda: partial(delivery.reopen, **BY), "outbox.reopen"),
    "delivery.actions.reporting.apply_report": (calls.report, "outbox.report"),
    "dunning.actions.mark_printed": (
        lambda: partial(dunning.mark_printed, reminder=calls.letter(), **BY),
        "reminder.print",
    ),
    "dunning.actions.cancel_letter": (
        lambda: partial(dunning.cancel_letter, reminder=calls.letter(), reason="Erreur", **BY),
        "reminder.cancel",
    ),
    "dunning.issuing.run.issue": (calls.remind, "reminder.issue"),
    "dunning.mass.remind_all": (calls.remind_many, "reminder.issue"),
    "dunning.letterheads.save_letterhead": (
        lambda: partial(
            save_letterhead,
            entity=build.entity(),
            proposed=Proposed(calls.looks(build.entity())),
            today=build.TODAY,
            **BY,
        ),
        "entity.letterhead",
    ),
    "parties.letterheads.set_letterhead": (
        lambda: partial(set_letterhead, entity=build.entity(), letterhead=calls.looks(build.entity()), **BY),
        "entity.letterhead",
    ),
    "dunning.runs.proposing.create_run": (calls.new_run, "run.propose"),
    "dunning.runs.actions.launch_run": (
        lambda: partial(runs.launch_run, run=calls.run(), **BY),
        "run.launch",
    ),
    "dunning.runs.actions.approve_run": (
        lambda: partial(runs.approve_run, run=calls.awaiting_run(), **BY),
        "run.approve",
    ),
    "dunning.runs.actions.refuse_run": (
        lambda: partial(runs.refuse_run, run=calls.awaiting_run(), reason="Trop tôt", **BY),
        "run.refuse",
    ),
    "dunning.notices.actions.prepare_notice": (calls.new_notice, "notice.prepare"),
    "dunning.notices.actions.approve_notice": (
        lambda: partial(notices.approve_notice, notice=calls.notice(), **BY),
        "notice.approve",
    ),
    "dunning.notices.actions.refuse_notice": (
        lambda: partial(notices.refuse_notice, notice=calls.notice(), reason="Non", **BY),
        "notice.refuse",
    ),
    "dunning.notices.actions.withdraw_notice": (
        lambda: partial(notices.withdraw_notice, notice=calls.new_notice()(), **BY),
        "notice.withdraw",
    ),
    "dunning.notices.actions.set_notice_approval": (
        lambda: partial(notices.set_notice_approval, entity=build.entity(), needs_approval=True, **BY),
        "entity.set_notice_approval",
    ),
    "dunning.runs.actions.pause_run": (
        lambda: partial(runs.pause_run, run=calls.run(RunState.RUNNING), **BY),
        "run.pause",
    ),
    "dunning.runs.actions.resume_run": (
        lambda: partial(runs.resume_run, run=calls.run(RunState.PAUSED), **BY),
        "run.resume",
    ),
    "dunning.runs.actions.stop_run": (
        lambda: partial(runs.stop_run, run=calls.run(), **BY),
        "run.stop",
    ),
    "dunning.runs.actions.retry_failed": (calls.retried_run, "run.retry"),
    "dunning.runs.editing.edit_line": (calls.edited_line, "run.edit_line"),
    "dunning.runs.printing.mark_run_printed": (calls.printed_run, "run.print"),
    "dunning.samples.queue_test": (calls.tried_template, "template.try"),
    "dunning.template_actions.save_template": (
        lambda: partial(
            save_template,
            template=template("L1"),
            details=calls.template_details(name="Autre"),
            **BY,
        ),
        "template.update",
    ),
    "dunning.template_actions.rename_severities": (calls.renamed_severities, "severity.rename"),
    "intake.importing.import_files": (calls.import_entities, "import.entities"),
    "operations.backup.making.make_backup": (calls.backup, "backup.make"),
    "operations.backup.restoring.restore_backup": (calls.restore, "outbox.pause backup.restore"),
    "parties.actions.create_entity": (
        lambda: partial(parties.create_entity, details=EntityDetails(code="TC", name="Top"), **BY),
        "entity.create",
    ),
    "parties.actions.update_entity": (calls.changed_entity, "entity.update"),
    "parties.actions.set_entity_active": (
        lambda: partial(parties.set_entity_active, entity=build.entity(), is_active=False, **BY),
        "entity.deactivate",
    ),
    "parties.actions.create_customer": (
        lambda: partial(parties.create_customer, details=CustomerDetails(code="C", name="Client"), **BY),
        "customer.create",
    ),
    "parties.actions.update_customer": (
        lambda: partial(
            parties.update_customer,
            customer=build.customer("C"),
            details=CustomerDetails(code="C", name="Autre"),
            **BY,
        ),
        "customer.update",
    ),
    "parties.actions.set_customer_active": (
        lambda: partial(parties.set_customer_active, customer=build.customer(), is_active=False, **BY),
        "customer.deactivate",
    ),
    "parties.actions.set_contact": (
        lambda: partial(parties.set_contact, customer=build.customer(), details=ContactDetails(), **BY),
        "contact.set",
    ),
    "parties.actions.remove_entity_contact": (calls.entity_contact, "contact.remove"),
    "parties.actions.mark_email_refused": (calls.refused_email, "contact.email_refused"),
    "receivables.actions.allocations.allocate": (
        lambda: partial(_allocate, *_source_and_invoice()),
        "allocation.create",
    ),
    "receivables.actions.allocations.undo_allocation": (calls.undo, "allocation.undo"),
    "receivables.actions.allocations.add_counter_entry": (
        calls.counter_entry,
        "allocation.undo",
    ),
    "receivables.actions.holds.place_hold": (calls.hold, "hold.place"),
    "receivables.actions.holds.lift_hold": (
        lambda: partial(receivables.lift_hold, hold=build.hold(build.account()), **BY),
        "hold.lift",
    ),
    "receivables.actions.invoices.record_invoice": (
        lambda: partial(
            receivables.record_invoice, account=build.account(), details=calls.details_of(), **BY
        ),
        "invoice.record",
    ),
    "receivables.actions.invoices.record_credit_note": (
        lambda: partial(
            receivables.record_credit_note, account=build.account(), details=calls.details_of(), **BY
        ),
        "credit_note.record",
    ),
    "receivables.actions.invoices.correct_invoice": (
        lambda: partial(
            receivables.correct_invoice,
            invoice=build.invoice(build.account(), "F-1"),
            details=calls.details_of(net=2_000),
            **BY,
        ),
        "invoice.correct",
    ),
    "receivables.actions.invoices.cancel_invoice": (
        lambda: partial(
            receivables.cancel_invoice,
            invoice=build.invoice(build.account()),
            credit_note_number="A-1",
            reason="Erreur",
            **BY,
        ),
        "credit_note.record allocation.create invoice.cancel",
    ),
    "receivables.actions.payments.record_payment": (
        lambda: partial(receivables.record_payment, account=build.account(), details=calls.PAID, **BY),
        "payment.record",
    ),
    "receivables.actions.payments.correct_payment": (
        lambda: partial(
            receivables.correct_payment,
            payment=build.payment(build.account()),
            details=calls.PAID,
            **BY,
        ),
        "payment.correct",
    ),
    "receivables.actions.payments.cancel_payment": (calls.cancelled_payment, "payment.cancel"),
    "receivables.actions.payments.allocate_oldest_first": (
        lambda: partial(allocate_oldest_first, source=_source_and_invoice()[0], **BY),
        "allocation.create",
    ),
    "receivables.actions.parts.allocate_parts": (
        lambda: partial(_allocate_parts, *_source_and_invoice()),
        "allocation.create",
    ),
    "receivables.actions.parts.receive_payment": (calls.received, "payment.record allocation.create"),
}
"""How each is called, and its line; one that is made of several has the line of each."""

WITHOUT_A_LINE = {
    "audit.record": "writes the lines",
    "desk.demo": "makes the demonstration by the actions themselves",
    "dunning.issuing.reserve.reserve": "begins what issue ends with its line",
    "dunning.issuing.run.begin": "begins what issue ends with its line",
    "dunning.composing.compose": "writes nothing: what the author sees before issuing",
    "dunning.notices.actions.decided_sentence": "writes nothing",
    "dunning.notices.actions.refuse_unfit_approver": "writes nothing",
    "dunning.runs.editing.issue_of": "writes nothing",
    "dunning.runs.editing.texts_of": "writes nothing",
    "dunning.runs.screens.line_issue": "writes nothing",
    "dunning.samples.preview_on": "writes nothing",
    "access.second_factor.actions.use_code": "is part of the sign-in, which has its line",
    "access.sessions.actions.note_use": "notes when a session was last used",
    "access.sessions.actions.forget_session": "is part of signing out",
    "delivery.actions.enqueueing": "is part of what it is queued for",
    "delivery.actions.leasing": "the worker's, which the attempts tell of",
    "delivery.actions.moving": "the worker's, which the attempts tell of; a person's go through deciding",
    "desk.actions": "how one's own pages look: filters, accounts per page",
    "parties.actions.ensure_account": "is part of the invoice, payment or customer that it is made for",
    "receivables.actions.allocations.keep_remaining": "keeps the figures of the caller's action",
    "receivables.actions.allocations.source_of": "writes nothing",
}
COMMITTED = {"operations.backup.making.make_backup", "operations.backup.restoring.restore_backup"}
"""Those that need a transaction of their own."""


def _source_and_invoice() -> tuple[Payment, Invoice]:
    invoice = build.invoice(build.account())
    return build.payment(invoice.account), invoice


def _allocate(payment: Payment, invoice: Invoice) -> None:
    receivables.allocate(source=payment, invoice=invoice, amount_minor=1_000, **BY)


def _allocate_parts(payment: Payment, invoice: Invoice) -> None:
    allocate_parts(source=payment, parts={invoice.id: 1_000}, **BY)


def actions() -> Iterator[str]:
    """Yield every public function that is told who acts, and all that is public in actions."""
    for module in pkgutil.walk_packages(encours.__path__, "encours."):
        name = module.name.removeprefix("encours.")
        if {"migrations", "settings", "__main__"} & set(name.split(".")) or name == "web.wsgi":
            continue
        for found, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            plain = inspect.unwrap(function)
            is_told = "actor" in inspect.signature(plain).parameters
            is_own = plain.__module__ == module.name and not found.startswith("_")
            if is_own and (is_told or "actions" in name.split(".")):
                yield f"{name}.{found}"


def is_without_a_line(name: str) -> bool:
    return any(name == known or name.startswith(f"{known}.") for known in WITHOUT_A_LINE)


def test_every_action_is_called_here_or_has_a_reason_not_to_be() -> None:
    assert sorted(name for name in actions() if not is_without_a_line(name)) == sorted(CALLS)


def has_one_line(name: str) -> None:
    prepare, expected = CALLS[name]
    call = prepare()
    last = AuditLine.objects.order_by("-id").values_list("id", flat=True).first() or 0
    call()
    lines = list(AuditLine.objects.filter(id__gt=last).order_by("id"))
    assert [line.action for line in lines] == expected.split()
    for line in lines:
        assert (line.actor_name, line.actor_user_id) == (WHO.name, WHO.user_id)
        assert (line.address, line.request_id) == (WHO.address, WHO.request_id)
        assert line.at == NOW
        assert line.subject


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CALLS.keys() - COMMITTED))
def test_an_action_writes_its_line_and_no_other(name: str) -> None:
    has_one_line(name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(COMMITTED))
def test_what_takes_the_whole_database_writes_its_line_too(name: str) -> None:
    has_one_line(name)
