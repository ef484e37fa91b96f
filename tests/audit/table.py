"""The actions of the product, how each is called and what its line is."""

from __future__ import annotations

from functools import partial

from encours.access import actions as access
from encours.access.models import Role
from encours.access.scopes import EVERYTHING
from encours.access.second_factor import actions as factors
from encours.delivery import actions as delivery
from encours.delivery.models import MessageState
from encours.desk.privacy import retention
from encours.desk.privacy.export import export_person
from encours.dunning import actions as dunning
from encours.dunning.erasing import erase_contacts
from encours.dunning.letterheads import Proposed, save_letterhead
from encours.dunning.notices import actions as notices
from encours.dunning.purging import purge_reminders
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
from tests.audit.calls import BY, Preparation
from tests.dunning.issuing import template


def _source_and_invoice() -> tuple[Payment, Invoice]:
    invoice = build.invoice(build.account())
    return build.payment(invoice.account), invoice


def _allocate(payment: Payment, invoice: Invoice) -> None:
    receivables.allocate(source=payment, invoice=invoice, amount_minor=1_000, **BY)


def _allocate_parts(payment: Payment, invoice: Invoice) -> None:
    allocate_parts(source=payment, parts={invoice.id: 1_000}, **BY)


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
    "desk.privacy.retention.set_periods": (
        lambda: partial(retention.set_periods, months={"journal": 24}, **BY),
        "settings.set_retention",
    ),
    "desk.privacy.retention.apply": (
        lambda: partial(retention.apply, today=build.TODAY, **BY),
        "settings.apply_retention",
    ),
    "desk.privacy.export.export_person": (
        lambda: partial(export_person, customer=build.example().account.customer, scope=EVERYTHING, **BY),
        "customer.export",
    ),
    "dunning.erasing.erase_contacts": (
        lambda: partial(erase_contacts, customer=build.customer(), reason="Demande", **BY),
        "contact.erase",
    ),
    "dunning.purging.purge_reminders": (
        lambda: partial(purge_reminders, reminders=[calls.letter()], reason="Durée passée", **BY),
        "reminder.purge",
    ),
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
