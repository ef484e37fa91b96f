"""What an account costs in a mass reminder does not grow with their number."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from encours.dunning.models import Reminder
from encours.dunning.runs.actions import launch_run
from encours.dunning.runs.models import ReminderRun, RunState
from encours.dunning.runs.working import work_until_done
from encours.parties.models import Account
from tests import build
from tests.build import ACTOR, NOW
from tests.dunning.running import EMAIL_THEN_LETTER, proposal

pytestmark = pytest.mark.django_db


def owing(codes: str) -> list[Account]:
    accounts = []
    for code in codes:
        account = build.account(build.customer(code))
        for n in range(3):
            build.invoice(account, number=f"{code}-{n}")
        accounts.append(account)
    return accounts


def statements_of_a_run(accounts: list[Account]) -> tuple[int, int]:
    """Return how many statements a proposal and its run take: all accounts fit into one batch."""
    with CaptureQueriesContext(connection) as proposing:
        run: ReminderRun = proposal(*accounts, options=EMAIL_THEN_LETTER)
    with CaptureQueriesContext(connection) as issuing:
        launch_run(run=run, actor=ACTOR, now=NOW)
        work_until_done(lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.counts["issued"]) == (RunState.DONE, len(accounts))
    return len(proposing), len(issuing)


def test_a_proposal_and_a_batch_take_as_many_statements_for_one_account_as_for_many() -> None:
    few, many = owing("AB"), owing("CDEFGHIJ")
    statements_of_a_run(owing("Z"))  # what is made once: templates, counters, heads of chains
    assert statements_of_a_run(few) == statements_of_a_run(many)
    assert Reminder.objects.count() == 11
