"""Erasing a contact leaves its address only in what was sent: that is proof, until its time is over."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from encours.access.scopes import EVERYTHING
from encours.archive.verify import verify_archive
from encours.audit.models import AuditLine
from encours.core.delivery_reports import Action, RecipientReport, Report
from encours.core.errors import Refusal
from encours.delivery.actions import cancel, claim, mark_as_sent, requeue
from encours.delivery.actions.reporting import apply_report
from encours.delivery.models import MessageState, OutboxMessage
from encours.dunning import drafts
from encours.dunning.drafts import DraftContent
from encours.dunning.erasing import erase_contacts
from encours.dunning.issuing.reserve import Request, reserve
from encours.dunning.models import FormalNotice, Reminder, ReminderDraft, RunLine
from encours.dunning.purging import purge_reminders
from encours.dunning.runs.models import LineState, ReminderRun
from encours.dunning.runs.wording import reason_of
from encours.dunning.runs.working import work_until_done
from encours.parties.models import Account, Customer
from tests import build
from tests.build import ACTOR, NOW
from tests.dunning.issuing import chosen, remind_one
from tests.dunning.noticing import person, prepared
from tests.dunning.running import launch, proposal

pytestmark = pytest.mark.django_db

SECRET = "jeanne.durand@dupont.example"


@pytest.fixture
def account() -> Account:
    """Return an account whose contact is a person."""
    invoice = build.example()
    build.contact(invoice.account.customer, contact_name="Jeanne Durand", emails=SECRET)
    return Account.objects.get(pk=invoice.account_id)


def erase(customer: Customer) -> dict[str, object]:
    """Erase the contacts of a customer, and return what the journal says of it."""
    erase_contacts(customer=customer, reason="Demande", actor=ACTOR, now=NOW)
    after: dict[str, object] = AuditLine.objects.get(action="contact.erase").after
    return after


def journal() -> str:
    return json.dumps(list(AuditLine.objects.values("subject", "before", "after")), ensure_ascii=False)


def typed(user_id: int, account: Account) -> ReminderDraft:
    """Return a draft in which the address was typed."""
    draft = drafts.open_draft(user_id=user_id, account=account, now=NOW)
    drafts.save_draft(draft=draft, content=DraftContent(fields={"destinataires": [SECRET]}), now=NOW)
    return draft


def edited(run: ReminderRun, account: Account) -> RunLine:
    """Write to the person by name on the line of a run."""
    run.lines.filter(account=account).update(
        own_recipients=SECRET, has_own_text=True, subject="Madame Durand", message="Chère Jeanne"
    )
    return run.lines.get(account=account)


def test_the_journal_of_the_outbox_keeps_the_reference_and_loses_the_recipient(account: Account) -> None:
    reminder = remind_one(account, "E1")
    cancel(message=OutboxMessage.objects.get(recipient=SECRET), actor=ACTOR, now=NOW)
    other = build.invoice(build.account(build.customer("AUTRE"))).account
    build.contact(other.customer, emails="autre@client.example")
    remind_one(other, "E1", key="other")
    cancel(message=OutboxMessage.objects.get(recipient="autre@client.example"), actor=ACTOR, now=NOW)
    assert SECRET in AuditLine.objects.filter(action="outbox.cancel").earliest("id").subject
    assert erase(account.customer)["journal_lines"] == 3  # the contact set twice, the message cancelled
    erased, kept = AuditLine.objects.filter(action="outbox.cancel").order_by("id")
    assert (erased.subject, erased.before, erased.after) == (
        f"{reminder.reference} → •••",
        *({"state": "queued"}, {"state": "cancelled"}),
    )
    assert kept.subject.endswith(" → autre@client.example")
    assert SECRET not in journal()
    assert verify_archive().problems == []


def test_a_subject_changes_only_where_an_erasure_is_announced(account: Account) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditLine.objects.update(subject="autre chose")
    erase(account.customer)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditLine.objects.filter(action="contact.erase").update(subject="autre chose")


def test_a_purged_reminder_leaves_no_recipient_in_the_journal(account: Account) -> None:
    reminder = remind_one(account, "E1")
    cancel(message=OutboxMessage.objects.get(recipient=SECRET), actor=ACTOR, now=NOW)
    purge_reminders(reminders=[reminder], reason="durée passée", actor=ACTOR, now=NOW)
    assert AuditLine.objects.get(action="outbox.cancel").subject == f"{reminder.reference} → •••"


def test_open_drafts_are_removed_and_one_that_was_sent_is_emptied(account: Account) -> None:
    sent, just_sent, _opened, _other_user = (typed(user_id, account) for user_id in range(1, 5))
    of_another = typed(1, build.account(build.customer("AUTRE")))
    ReminderDraft.objects.filter(pk=just_sent.pk).update(token=account.id)
    drafts.consume(draft=sent, reminder=remind_one(account, "E1", key="draft"), now=NOW)
    just_sent.refresh_from_db()
    assert drafts.issued_from(just_sent) is not None
    assert erase(account.customer)["drafts"] == 2
    assert [(row.pk, row.content) for row in ReminderDraft.objects.order_by("pk")] == [
        *((sent.pk, {}), (just_sent.pk, {}), (of_another.pk, of_another.content)),
    ]


def test_waiting_notices_are_withdrawn_with_the_reason(account: Account) -> None:
    notice = prepared(account, person("paule"))
    FormalNotice.objects.filter(pk=notice.pk).update(content={**notice.content, "fields": {"a": [SECRET]}})
    assert erase(account.customer)["notices"] == 1
    notice.refresh_from_db()
    assert (notice.state, notice.reason, notice.content) == ("withdrawn", "adresses de relance effacées", {})
    assert Reminder.objects.count() == 0


def test_a_proposed_line_is_left_with_the_reason_and_nothing_leaves(account: Account) -> None:
    run = proposal()
    assert edited(run, account).state == LineState.TO_REMIND
    assert erase(account.customer)["proposals"] == 1
    line = run.lines.select_related("run").get(account=account)
    assert (line.state, reason_of(line)) == (LineState.LEFT, "adresses de relance effacées")
    assert (line.own_recipients, line.has_own_text, line.subject, line.message) == ("", False, "", "")
    assert Reminder.objects.count() == 0


def test_a_launched_run_goes_on_without_the_account(account: Account) -> None:
    other = build.invoice(build.account(build.customer("AUTRE"))).account
    build.contact(other.customer, emails="autre@client.example")
    run = proposal(account, other)
    edited(run, account)
    ReminderRun.objects.filter(pk=run.pk).update(state="running", launched_at=NOW)
    erase(account.customer)
    work_until_done(lambda: NOW)
    assert [row.account_id for row in Reminder.objects.all()] == [other.pk]


def test_what_was_sent_keeps_its_recipient_and_the_line_its_reminder(account: Account) -> None:
    run = proposal(account)
    launch(run)
    edited(run, account)
    assert erase(account.customer)["proposals"] == 0
    line = run.lines.get()
    assert (line.state, line.own_recipients, line.message) == (LineState.ISSUED, "", "")
    assert OutboxMessage.objects.get(is_copy=False).recipient == SECRET
    assert verify_archive().problems == []


def test_what_waits_is_cancelled_and_never_leaves_again(account: Account) -> None:
    reminder = remind_one(account, "E1")
    of_another = build.invoice(build.account(build.customer("AUTRE"))).account
    build.contact(of_another.customer, emails="autre@client.example")
    remind_one(of_another, "E1", key="other")
    assert (
        erase(account.customer)["messages_cancelled"]
        == OutboxMessage.objects.filter(reference=reminder.reference).count()
    )
    reminder.refresh_from_db()
    assert (reminder.delivery_state, reminder.counts) == ("cancelled", False)
    taken = claim(owner="w", limit=9, max_bytes=10**9, lease=dt.timedelta(seconds=9), now=NOW)
    assert {one.recipient for one in taken if one.reference == reminder.reference} == set()
    assert {one.recipient for one in taken} >= {"autre@client.example"}


def test_nothing_is_erased_while_a_message_is_leaving(account: Account) -> None:
    remind_one(account, "E1")
    claim(owner="w", limit=1, max_bytes=10**9, lease=dt.timedelta(seconds=9), now=NOW)
    before = list(OutboxMessage.objects.values()), AuditLine.objects.count()
    with pytest.raises(Refusal, match="en train de partir"):
        erase_contacts(customer=account.customer, reason="Demande", actor=ACTOR, now=NOW)
    assert (list(OutboxMessage.objects.values()), AuditLine.objects.count()) == before
    assert account.customer.contacts.count() == 1


def test_nothing_is_erased_while_a_reminder_is_being_drawn(account: Account) -> None:
    reserve(
        requests={account.pk: Request(chosen("E1"), "key")},
        scope=EVERYTHING,
        actor=ACTOR,
        now=NOW,
    )
    with pytest.raises(Refusal, match="en préparation"):
        erase_contacts(customer=account.customer, reason="Demande", actor=ACTOR, now=NOW)
    assert account.customer.contacts.count() == 1


@pytest.mark.parametrize("state", [MessageState.REFUSED, MessageState.UNCERTAIN])
def test_what_left_is_not_sent_again_and_later_lines_do_not_name_the_recipient(
    account: Account, state: MessageState
) -> None:
    reminder = remind_one(account, "E1")
    OutboxMessage.objects.filter(reference=reminder.reference).update(state=state)
    erase(account.customer)
    message = OutboxMessage.objects.get(recipient=SECRET)
    with pytest.raises(Refusal, match="ne repart plus"):
        requeue(message=message, actor=ACTOR, now=NOW)
    message.refresh_from_db()
    assert message.state == state
    if state == MessageState.UNCERTAIN:
        mark_as_sent(message=message, actor=ACTOR, now=NOW)
        assert AuditLine.objects.get(action="outbox.mark_as_sent").subject == f"{reminder.reference} → •••"
    said = RecipientReport((SECRET,), Action.FAILED, "5.1.1", f"{SECRET} unknown")
    apply_report(report=Report((message.message_id,), (), (said,), "one"), actor=ACTOR, now=NOW)
    assert AuditLine.objects.filter(action="outbox.report").exists()
    assert SECRET not in journal()
