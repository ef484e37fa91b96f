"""A delivery-status report marks its message and the address that it names, once, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import threading
from contextlib import nullcontext
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from encours.access.scopes import EVERYTHING
from encours.console import Refused
from encours.core.delivery_reports import read_report
from encours.core.smtp_outcomes import Answer, Phase, Verdict
from encours.delivery import actions
from encours.delivery.actions import Move, Mover
from encours.delivery.actions.reporting import apply_report
from encours.delivery.models import Attempt, DeliveryReport, MessageState, OutboxMessage
from encours.desk.queries import contact_states
from encours.dunning.models import DeliveryState, Reminder
from encours.parties.models import Account, DunningContact
from encours.parties.queries import contact_for, emails_of, refusals_in_contact
from tests import build
from tests.access.world import snapshot
from tests.delivery.reports import ANSWER, dsn, fields
from tests.dunning.issuing import remind

pytestmark = pytest.mark.django_db

NOW = build.NOW
LEASE = dt.timedelta(minutes=1)


def send(reminder: Reminder, to: MessageState = MessageState.SENT) -> OutboxMessage:
    """Take a reminder's messages through the states of a worker, and return the first."""
    work(to)
    return OutboxMessage.objects.filter(reference=reminder.reference).earliest("pk")


def work(to: MessageState = MessageState.SENT) -> None:
    """Send all that is queued: the server takes it, or never answers."""
    rows = actions.claim(owner="w", limit=10, max_bytes=10**8, lease=LEASE, now=NOW)
    verdict = (
        Verdict(Phase.FINAL_DOT, Answer.REPLY, 250, "Taken")
        if to is MessageState.SENT
        else Verdict(Phase.FINAL_DOT, Answer.HANG)
    )
    for row in rows:
        dot = Move(row.id, MessageState.TRANSMITTING, Mover.WORKER, owner="w", lease_expires_at=NOW + LEASE)
        actions.move([dot], now=NOW)
        actions.move([Move(row.id, to, Mover.WORKER, owner="w", verdict=verdict)], now=NOW)


@pytest.fixture
def account() -> Account:
    account = build.account(build.customer("DUPONT", name="Dupont SA"))
    build.invoice(account)
    return account


@pytest.fixture
def sent(account: Account) -> OutboxMessage:
    (reminder,) = remind(account, code="E1").reminders
    return send(reminder)


def ingest(tmp_path: Path, *reports: str | bytes, code: int = 0) -> dict[str, list[dict[str, str]]]:
    """Run the command on reports given as files, and return what it printed."""
    files = []
    for number, report in enumerate(reports):
        files.append(tmp_path / f"{number}.eml")
        files[-1].write_bytes(report if isinstance(report, bytes) else report.encode("latin-1", "replace"))
    return run_json(*map(str, files), code=code)


def run_json(*files: str, code: int = 0) -> dict[str, list[dict[str, str]]]:
    out = StringIO()
    with pytest.raises(Refused) if code else nullcontext():
        call_command("ingest_bounce", *files, "--json", stdout=out)
    answer: dict[str, list[dict[str, str]]] = json.loads(out.getvalue())
    return answer


def results(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["result"] for row in answer["reports"]]


def report_on(message: OutboxMessage, status: str = "", *, own_id: str = "<r1@mx>", to: str = "") -> str:
    status = status or fields(to or message.recipient)
    return dsn(status, message_id=message.message_id, own_id=own_id)


def test_a_refusal_marks_the_message_its_attempt_and_the_address(
    tmp_path: Path, sent: OutboxMessage, account: Account
) -> None:
    answer = ingest(tmp_path, report_on(sent))
    assert answer["errors"] == []
    assert answer["reports"] == [
        {
            "file": str(tmp_path / "0.eml"),
            "reference": "TOPCONSEIL-1",
            "recipient": "compta@dupont.example",
            "action": "failed",
            "reason": "5.1.1 User unknown",
            "result": "refused",
        }
    ]
    sent.refresh_from_db()
    assert (sent.state, sent.last_reply) == ("refused", "5.1.1 User unknown")
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.reply) == ("refused", "250 Taken")
    report = DeliveryReport.objects.get()
    assert (report.message, report.attempt_number, report.action) == (sent, 1, "failed")

    contact = contact_for(account)
    assert emails_of(contact) == ()
    (sentence,) = refusals_in_contact(contact)
    assert sentence.startswith("adresse refusée le ")
    assert sentence.endswith("\u00a0: 5.1.1 User unknown")
    account.refresh_from_db()
    assert not account.is_reachable_by_email
    (state,) = contact_states(EVERYTHING, account.customer_id)
    assert state.refusals == (sentence,)


def test_a_refusal_undoes_the_reminder_and_the_next_one_is_left_out_until_the_address_is_corrected(
    tmp_path: Path, sent: OutboxMessage, account: Account
) -> None:
    ingest(tmp_path, report_on(sent))
    reminder = Reminder.objects.get()
    assert (reminder.delivery_state, reminder.counts) == (DeliveryState.REFUSED, False)
    account.refresh_from_db()
    assert (account.reminded_open_count, account.oldest_unreminded_due_date is None) == (0, False)
    assert [left.because.value for left in remind(account, code="E1", key="again").left] == ["no_email"]

    build.contact(account.customer, emails="neuve@dupont.example")
    (again,) = remind(account, code="E1", key="corrected").reminders
    assert OutboxMessage.objects.get(reference=again.reference).recipient == "neuve@dupont.example"


@pytest.mark.parametrize(
    ("status", "words", "explanation"),
    [
        (
            "5.7.1",
            "550 5.7.1 Rejected by local policy",
            "une règle du serveur du client le refuse",
        ),
        ("5.3.4", "552 5.3.4 Message too big for system", "le message est trop lourd"),
        ("5.2.3", "552 5.2.3 Message exceeds local size limit", "le message est trop lourd"),
        ("5.2.2", "552 5.2.2 Mailbox full", "la boîte est pleine ou fermée pour le moment"),
        ("5.4.7", "delivery time expired", "le serveur du client n'a pas pu le recevoir"),
        ("5.6.0", "554 5.6.0 Bad MIME", "le message lui-même est refusé"),
        ("5.1.8", "553 5.1.8 Sender domain does not resolve", "une règle du serveur du client le refuse"),
        ("5.0.0", "552 Message size exceeds fixed limit", "le message est trop lourd"),
    ],
)
def test_a_refusal_that_does_not_blame_the_address_leaves_it_good_and_says_so(
    status: str, words: str, explanation: str, tmp_path: Path, sent: OutboxMessage, account: Account
) -> None:
    ingest(tmp_path, report_on(sent, fields(sent.recipient, status=status, said=words)))
    sent.refresh_from_db()
    assert sent.state == "refused"
    assert sent.last_reply.endswith(f"({explanation}, l'adresse reste bonne)")
    assert Reminder.objects.get().counts is False
    contact = contact_for(account)
    assert (emails_of(contact), refusals_in_contact(contact)) == ((sent.recipient,), ())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "550 5.1.1 User unknown"),
        ("5.1.10", "556 5.1.10 Null MX"),
        ("5.2.1", "550 5.2.1 Mailbox disabled"),
        ("5.0.0", "550 No such user"),
        ("5.5.0", "550 5.5.0 mailbox unavailable"),
    ],
)
def test_a_refusal_of_the_address_turns_it_red(
    status: str, words: str, tmp_path: Path, sent: OutboxMessage, account: Account
) -> None:
    ingest(tmp_path, report_on(sent, fields(sent.recipient, status=status, said=words)))
    assert emails_of(contact_for(account)) == ()


def test_the_same_report_applied_again_changes_nothing(
    tmp_path: Path, sent: OutboxMessage, account: Account
) -> None:
    report = report_on(sent)
    assert results(ingest(tmp_path, report, report.replace("\n", "\r\n"))) == ["refused", "known"]
    build.contact(account.customer, emails="neuve@dupont.example")
    before = snapshot()
    assert results(ingest(tmp_path, report)) == ["known"]
    assert snapshot() == before


def test_a_message_sent_again_is_not_refused_by_the_old_report_but_by_a_new_one(
    tmp_path: Path, sent: OutboxMessage, account: Account
) -> None:
    ingest(tmp_path, report_on(sent))
    sent.refresh_from_db()
    actions.requeue(message=sent, actor=build.ACTOR, now=NOW)
    work()
    assert results(ingest(tmp_path, report_on(sent))) == ["known"]
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert results(ingest(tmp_path, report_on(sent, own_id="<r2@mx>"))) == ["refused"]
    assert list(DeliveryReport.objects.values_list("attempt_number", flat=True)) == [1, 2]


def test_a_delay_is_only_noted(tmp_path: Path, sent: OutboxMessage, account: Account) -> None:
    delayed = fields(sent.recipient, "delayed", "4.4.1", "")
    assert results(ingest(tmp_path, report_on(sent, delayed))) == ["noted"]
    sent.refresh_from_db()
    assert (sent.state, sent.last_reply) == ("sent", "250 Taken")
    assert DeliveryReport.objects.get().reason == "4.4.1"
    assert emails_of(contact_for(account)) == ("compta@dupont.example",)


@pytest.mark.parametrize(
    ("action", "state"), [("delivered", "sent"), ("relayed", "sent"), ("failed", "refused")]
)
def test_a_report_settles_what_was_uncertain(
    tmp_path: Path, account: Account, action: str, state: str
) -> None:
    (reminder,) = remind(account, code="E1").reminders
    uncertain = send(reminder, MessageState.UNCERTAIN)
    assert uncertain.state == "uncertain"
    ingest(tmp_path, report_on(uncertain, fields(uncertain.recipient, action)))
    uncertain.refresh_from_db()
    assert (uncertain.state, Attempt.objects.get().outcome) == (state, state)
    assert Reminder.objects.get().delivery_state == state


def test_one_recipient_of_two_is_refused_and_the_other_still_counts(tmp_path: Path, account: Account) -> None:
    build.contact(account.customer, emails="a@dupont.example\nb@dupont.example")
    (reminder,) = remind(account, code="E1").reminders
    first = send(reminder)
    ingest(tmp_path, report_on(first, to="B@dupont.example"))
    states = dict(OutboxMessage.objects.values_list("recipient", "state"))
    assert states == {"a@dupont.example": "sent", "b@dupont.example": "refused"}
    reminder.refresh_from_db()
    assert (reminder.delivery_state, reminder.counts) == (DeliveryState.PARTIALLY_REFUSED, True)
    assert emails_of(contact_for(account)) == ("a@dupont.example",)


def test_a_forwarded_message_is_refused_under_the_address_that_we_know(
    tmp_path: Path, sent: OutboxMessage
) -> None:
    assert results(ingest(tmp_path, report_on(sent, to="ailleurs@autre.example"))) == ["refused"]
    assert DunningContact.objects.get().refused_emails.startswith("compta@dupont.example\t")


def test_without_a_returned_message_the_one_that_is_answered_is_meant(
    tmp_path: Path, sent: OutboxMessage
) -> None:
    report = dsn(fields(sent.recipient), returned="")
    report = report.replace("Subject: Und", f"References: <x@y> {sent.message_id}\nSubject: Und")
    assert results(ingest(tmp_path, report)) == ["refused"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (dsn(message_id="<relance.f00@top.example>"), "ne renvoie à aucun message envoyé d'ici"),
        (
            dsn(fields("autre@a.example") + "\n\n" + fields("b@b.example"), message_id="OURS"),
            "pas été envoyé",
        ),
        (dsn(returned=""), "ne renvoie à aucun message envoyé d'ici"),
        (ANSWER, "ce n'est pas un rapport"),
        ("", "ce n'est pas un rapport"),
        ("\0\xff" * 500_000, "ce n'est pas un rapport"),
        ("Content-Type: message/rfc822\n\n" * 9_000, "ce n'est pas un rapport"),
    ],
    ids=["forged id", "not its recipient", "no id", "an answer", "empty", "bytes", "nested"],
)
def test_a_report_that_is_not_ours_changes_nothing_and_says_so(
    tmp_path: Path, sent: OutboxMessage, report: str, said: str
) -> None:
    before = snapshot()
    answer = ingest(tmp_path, report.replace("OURS", sent.message_id), code=1)
    assert answer["reports"] == []
    assert said in answer["errors"][0]["message"]
    assert snapshot() == before


def test_a_file_that_is_not_there_is_told_and_the_others_are_taken(
    tmp_path: Path, sent: OutboxMessage
) -> None:
    good = tmp_path / "bon.eml"
    good.write_text(report_on(sent))
    answer = run_json(str(tmp_path / "absent.eml"), str(tmp_path), str(good), code=1)
    assert [error["file"] for error in answer["errors"]] == [str(tmp_path / "absent.eml"), str(tmp_path)]
    assert results(answer) == ["refused"]


def test_a_report_is_read_from_standard_input_and_told_in_french(
    sent: OutboxMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report_on(sent).encode())))
    out = StringIO()
    call_command("ingest_bounce", "-", stdout=out)
    assert out.getvalue() == (
        "TOPCONSEIL-1 : refusé par compta@dupont.example (5.1.1 User unknown) ; l'adresse est marquée\n"
    )


def test_a_sentence_without_json_says_which_file_was_refused(tmp_path: Path) -> None:
    file = tmp_path / "reponse.eml"
    file.write_text(ANSWER)
    with pytest.raises(Refused, match=r"reponse\.eml : ce n'est pas un rapport"):
        call_command("ingest_bounce", str(file), stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_the_same_report_given_to_several_processes_at_once_is_applied_once(
    account: Account,
) -> None:
    (reminder,) = remind(account, code="E1").reminders
    sent = send(reminder)
    report = read_report(report_on(sent).encode())
    assert report is not None
    found: list[str] = []

    def apply() -> None:
        try:
            found.extend(one.result for one in apply_report(report=report, actor=build.ACTOR, now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=apply) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == ["known", "known", "known", "refused"]
    assert DeliveryReport.objects.count() == 1
