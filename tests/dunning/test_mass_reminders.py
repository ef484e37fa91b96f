"""A proposal names every account once; the run issues it, checks again, and reminds nobody twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from encours.access.scopes import EVERYTHING, Scope
from encours.core.errors import Refusal
from encours.core.selection import EMAIL, LETTER, Left, Policy, decide
from encours.delivery import jobs, leases
from encours.delivery.models import OutboxMessage
from encours.dunning.facts import read_facts
from encours.dunning.models import Reminder
from encours.dunning.outbox.queries import messages_in
from encours.dunning.runs.actions import launch_run, pause_run, resume_run, retry_failed, stop_run
from encours.dunning.runs.counting import Counts, counts_of
from encours.dunning.runs.models import LineState, ReminderRun, RunLine, RunState
from encours.dunning.runs.proposing import create_run
from encours.dunning.runs.selections import RunSelection
from encours.dunning.runs.wording import reason_of
from encours.dunning.runs.working import claim, recover, work, work_on, work_until_done
from encours.dunning.situation import read_situations
from encours.parties.models import Account, Customer
from encours.receivables.models import HoldKind
from tests import build
from tests.build import ACTOR, NOW, TODAY
from tests.dunning.issuing import remind_one
from tests.dunning.running import EMAIL_THEN_LETTER, LETTER_ONLY, launch, proposal, results

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(minutes=10)


def owing(code: str, **contact: str) -> Account:
    customer = build.customer(code, with_contact=False)
    build.contact(customer, None, **contact)
    account = build.account(customer)
    build.invoice(account)
    return account


def one_account_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("encours.dunning.runs.working.CHUNK", 1)
    monkeypatch.setattr("encours.dunning.runs.working.MAX_BATCHES", 1)


def test_each_account_is_proposed_or_left_with_its_reason() -> None:
    owing("A")
    owing("B", emails="")
    owing("C", emails="", city="")
    build.hold(owing("D"))
    build.account(build.customer("E"))
    remind_one(owing("F"))
    run = proposal(now=LATER)
    assert run.state == RunState.PROPOSAL
    assert results(run) == {
        "A": "to_remind",
        "B": "to_remind",
        "C": "no_email",
        "D": "disputed",
        "E": "nothing_overdue",
        "F": "recently_reminded",
    }
    modes = dict(run.lines.filter(state="to_remind").values_list("account__customer__code", "mode"))
    assert modes == {"A": "email", "B": "letter"}
    line = run.lines.get(account__customer__code="A")
    assert (line.invoice_count, line.currency, line.total_minor) == (1, "EUR", 1_140_000)


def test_the_run_issues_what_was_proposed() -> None:
    owing("A")
    owing("B", emails="")
    run = proposal()
    launch(run)
    assert run.state == RunState.DONE
    assert results(run) == {"A": "issued", "B": "issued"}
    assert [(row.mode, row.author_name) for row in Reminder.objects.order_by("number")] == [
        ("email", "Claire Martin"),
        ("letter", "Claire Martin"),
    ]
    assert run.counts == {"to_remind": 0, "excluded": 0, "left": 0, "issued": 2, "failed": 0}


def test_what_was_paid_since_the_proposal_is_left_out_with_that_reason() -> None:
    account = owing("A")
    owing("B")
    run = proposal()
    build.payment(account, amount=1_140_000)
    build.allocation(account.payments.get(), account.invoices.get())
    launch(run)
    assert results(run) == {"A": "paid", "B": "issued"}
    assert reason_of(run.lines.get(account__customer__code="A")) == "payé depuis la proposition"


def test_a_reason_that_has_a_day_says_which() -> None:
    remind_one(owing("A"), now=NOW - dt.timedelta(days=3))
    build.hold(owing("B"), kind=HoldKind.POSTPONED, until=TODAY + dt.timedelta(days=4))
    reminded_meanwhile = owing("C")
    run = proposal()
    remind_one(reminded_meanwhile, now=LATER, key="meanwhile")
    launch(run, now=LATER)
    lines = run.lines.select_related("run").order_by("position")
    assert [reason_of(line) for line in lines] == [
        "déjà relancé le 13/05/2016, 3 jours plus tôt",
        "ne pas relancer avant le 20/05/2016",
        "déjà relancé le 16/05/2016, le jour même",
    ]


def test_an_invoice_that_fell_due_since_the_proposal_is_not_added() -> None:
    account = owing("A")
    run = proposal()
    build.invoice(account, "NEW")
    launch(run)
    assert Reminder.objects.get().lines.count() == 1


def test_an_unticked_account_is_not_reminded() -> None:
    owing("A")
    owing("B")
    run = proposal()
    run.lines.filter(account__customer__code="A").update(is_ticked=False)
    launch(run)
    assert [row.account.customer.code for row in Reminder.objects.all()] == ["B"]
    assert counts_of([run.pk])[run.pk] == Counts(excluded=1, issued=1)


def test_two_proposals_of_the_same_accounts_remind_nobody_twice() -> None:
    owing("A")
    without_limit = replace(EMAIL_THEN_LETTER, not_reminded_days=0)
    first, second = proposal(options=without_limit), proposal(options=without_limit)
    launch(first)
    launch(second)
    assert results(second) == {"A": "recently_reminded"}
    assert Reminder.objects.count() == 1


def test_launching_the_same_proposal_ten_times_reminds_once() -> None:
    owing("A")
    run = proposal()
    for _ in range(10):
        launch(run)
    assert Reminder.objects.count() == 1


def test_a_proposal_without_a_ticked_account_is_not_launched() -> None:
    owing("A")
    run = proposal()
    run.lines.update(is_ticked=False)
    with pytest.raises(Refusal, match="Aucun compte n'est coché"):
        launch_run(run=run, actor=ACTOR, now=NOW)
    run.refresh_from_db()
    assert (run.state, Reminder.objects.count()) == (RunState.PROPOSAL, 0)


def test_pause_holds_at_the_next_batch_and_resume_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    one_account_at_a_time(monkeypatch)
    owing("A")
    owing("B")
    run = proposal()
    launch_run(run=run, actor=ACTOR, now=NOW)
    assert work(lambda: NOW) == 1
    pause_run(run=run, actor=ACTOR, now=NOW)
    assert work_until_done(lambda: NOW) == 0
    assert Reminder.objects.count() == 1
    resume_run(run=run, actor=ACTOR, now=NOW)
    work_until_done(lambda: NOW)
    assert results(run) == {"A": "issued", "B": "issued"}


def in_batches_of_one(monkeypatch: pytest.MonkeyPatch) -> ReminderRun:
    """Return a launched run of three accounts that is issued one by one."""
    monkeypatch.setattr("encours.dunning.runs.working.CHUNK", 1)
    for code in ("A", "B", "C"):
        owing(code)
    run = proposal()
    launch_run(run=run, actor=ACTOR, now=NOW)
    return run


def test_a_worker_that_is_asked_to_stop_takes_no_further_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    run = in_batches_of_one(monkeypatch)
    answers = iter([False, True, True])
    with jobs.ended_by(lambda: next(answers)):
        assert work(lambda: NOW) == 1
    assert sorted(results(run).values()) == ["issued", "to_remind", "to_remind"]
    assert work(lambda: NOW) == 2


def test_a_run_goes_on_while_nothing_waits_but_lets_a_proposal_be_prepared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = in_batches_of_one(monkeypatch)
    moments = (NOW + dt.timedelta(seconds=6) * step for step in range(100))
    other = create_run(selection=RunSelection(), options=LETTER_ONLY, scope=EVERYTHING, actor=ACTOR, now=NOW)
    assert work_on(run, lambda: next(moments)) == 0
    stop_run(run=other, actor=ACTOR, now=NOW)
    assert work_on(run, lambda: next(moments)) == 1


def test_stop_leaves_the_rest_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    one_account_at_a_time(monkeypatch)
    owing("A")
    owing("B")
    run = proposal()
    launch_run(run=run, actor=ACTOR, now=NOW)
    work(lambda: NOW)
    stop_run(run=run, actor=ACTOR, now=NOW)
    assert work_until_done(lambda: NOW) == 0
    assert results(run) == {"A": "issued", "B": "stopped"}
    run.refresh_from_db()
    assert run.state == RunState.STOPPED


def test_one_that_fails_spoils_no_other_and_can_be_retried() -> None:
    owing("A")
    owing("B")
    run = proposal()
    line = run.lines.get(account__customer__code="A")
    bad = {"is_edited": True, "has_own_text": True, "subject": "Deux\nlignes", "message": "Bonjour"}
    RunLine.objects.filter(pk=line.pk).update(**bad)
    launch(run)
    line.refresh_from_db()
    assert (line.state, line.error) == (
        "failed",
        "Le champ «\u00a0objet\u00a0» contient un saut de ligne ou un caractère de contrôle\u00a0: ôtez-le.",
    )
    assert results(run) == {"A": "failed", "B": "issued"}
    Reminder.objects.filter(account=line.account).update(last_error="")
    assert retry_failed(run=run, actor=ACTOR, now=NOW) == 1
    run.refresh_from_db()
    assert run.state == RunState.RUNNING


@override_settings(EMAIL_URL="smtp://127.0.0.1:1/")
def test_a_run_that_is_retried_ends_again_and_tells_so_again() -> None:
    owing("A")
    run = proposal()
    line = run.lines.get()
    RunLine.objects.filter(pk=line.pk).update(is_edited=True, has_own_text=True, subject="Deux\nlignes")
    launch_run(run=run, actor=ACTOR, now=NOW)
    ReminderRun.objects.filter(pk=run.pk).update(launched_by_email="claire.martin@example.com")
    work_until_done(lambda: NOW)
    for minutes in (1, 2):
        Reminder.objects.filter(account=line.account).update(last_error="")
        retry_failed(run=run, actor=ACTOR, now=NOW + dt.timedelta(minutes=minutes))
        work_until_done(lambda: NOW + dt.timedelta(minutes=3))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    told = OutboxMessage.objects.filter(reference__startswith="masse-").order_by("pk")
    assert list(told.values_list("reference", flat=True)) == [
        f"masse-{run.pk}",
        f"masse-{run.pk}-2",
        f"masse-{run.pk}-3",
    ]
    assert set(messages_in(Scope(entity_ids=frozenset({line.account.entity_id})))) >= set(told)
    assert not messages_in(Scope(entity_ids=frozenset())).exists()


def test_the_batch_of_a_dead_process_is_taken_up_and_that_of_a_living_one_is_not() -> None:
    owing("A")
    run = proposal()
    launch_run(run=run, actor=ACTOR, now=NOW)
    assert len(claim(run=run, now=NOW)) == 1
    assert claim(run=run, now=NOW) == []
    assert recover(now=NOW) == 0
    RunLine.objects.update(lease_owner=leases.this_process().rpartition(":")[0] + ":0")
    assert recover(now=NOW) == 1
    work_until_done(lambda: NOW)
    assert results(run) == {"A": "issued"}


def test_the_copy_to_the_user_is_off_at_first() -> None:
    owing("A")
    launch(proposal())
    owing("B")
    launch(proposal(options=replace(EMAIL_THEN_LETTER, has_copy=True), now=LATER), now=LATER)
    first, second = Reminder.objects.order_by("number")
    assert "claire.martin@example.com" not in first.frozen.split('"copies"')[1][:60]
    assert "claire.martin@example.com" in second.frozen.split('"copies"')[1][:60]


def test_invoices_that_are_not_due_are_added_only_where_asked_and_never_alone() -> None:
    late, young = owing("A"), build.account(build.customer("B"))
    for account in (late, young):
        build.invoice(account, issued=TODAY, due=TODAY + dt.timedelta(days=30))
    run = proposal(options=replace(EMAIL_THEN_LETTER, includes_not_due=True))
    assert results(run) == {"A": "to_remind", "B": "nothing_overdue"}
    assert run.lines.get(state=LineState.TO_REMIND).invoice_count == 2


@st.composite
def accounts(draw: st.DrawFn) -> list[tuple[int, ...]]:
    one = st.tuples(*(st.integers(0, 4) for _ in range(5)))
    return draw(st.lists(one, min_size=1, max_size=6))


def _make(at: int, drawn: tuple[int, ...]) -> Account:
    contact, hold, paid, age, reminded = drawn
    number = Customer.objects.count()
    customer = build.customer(f"H{number:04}", with_contact=False)
    if contact != 4:
        missing: tuple[dict[str, str], ...] = ({}, {"emails": ""}, {"city": ""}, {"emails": "", "city": ""})
        build.contact(customer, None, **missing[contact])
    account = build.account(customer)
    due = TODAY - dt.timedelta(days=age * 10 - 10)
    invoice = build.invoice(account, issued=due - dt.timedelta(days=30), due=due)
    build.invoice(account, currency="JPY", net=100, vat=0, issued=TODAY, due=TODAY)
    if paid:
        amount = [0, 1_140_000, 10, 1_140_000, 2_000_000][paid]
        payment = build.payment(account, amount=amount, received=TODAY)
        if paid == 1:
            build.allocation(payment, invoice)
    if reminded == 1 and contact in (0, 1) and not paid and age > 1:  # before the hold, which forbids it
        remind_one(account, key=f"h{number}", now=NOW - dt.timedelta(days=age))
    if hold == 1:
        build.hold(account)
    if hold == 2:
        build.hold(account, invoice, kind=HoldKind.POSTPONED, until=TODAY + dt.timedelta(days=age))
    return account


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=accounts(), days=st.sampled_from([0, 3, 7]))
def test_every_account_appears_once_and_the_run_does_what_was_proposed(
    db: None, drawn: list[tuple[int, ...]], days: int
) -> None:
    made = [_make(at, one) for at, one in enumerate(drawn)]
    options = replace(EMAIL_THEN_LETTER, not_reminded_days=days)
    run = proposal(*made, options=options)
    assert sorted(run.lines.values_list("account_id", flat=True)) == sorted(row.id for row in made)
    assert all(line.reason for line in run.lines.filter(state=LineState.LEFT))
    wanted = {
        line.account_id: sorted(map(int, line.invoice_ids.split()))
        for line in run.lines.filter(state=LineState.TO_REMIND)
    }
    if not wanted:
        return
    launch(run, now=LATER)
    issued = {
        line.account_id: sorted(line.reminder.lines.values_list("invoice_id", flat=True))
        for line in run.lines.filter(state=LineState.ISSUED).select_related("reminder")
        if line.reminder
    }
    assert issued == wanted


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=accounts(), modes=st.sampled_from([(EMAIL,), (LETTER,), (EMAIL, LETTER)]), days=st.integers(0, 8)
)
def test_what_is_read_for_many_decides_as_what_is_read_under_the_lock(
    db: None, drawn: list[tuple[int, ...]], modes: tuple[str, ...], days: int
) -> None:
    made = [_make(at, one) for at, one in enumerate(drawn)]
    policy = Policy(modes=modes, not_reminded_days=days)
    ids = [account.id for account in made]
    situations = read_situations(EVERYTHING, ids, TODAY)
    for known in read_facts(EVERYTHING, policy, ids, TODAY):
        situation = situations[known.account.id]
        slow = decide(situation.facts(modes), policy, TODAY)
        fast = decide(known.facts, policy, TODAY)
        if isinstance(slow, Left) or isinstance(fast, Left):
            assert fast == slow
        else:
            assert (fast.mode, fast.invoice_ids, fast.totals) == (slow.mode, slow.invoice_ids, slow.totals)
            assert fast.has_unused_credit == slow.has_unused_credit
