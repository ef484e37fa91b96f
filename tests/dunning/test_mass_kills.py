"""Workers of a mass reminder are killed and raced in processes of their own: one reminder per account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from encours.dunning.issuing.run import resume_all
from encours.dunning.models import Reminder, ReminderState
from encours.dunning.runs.actions import launch_run
from encours.dunning.runs.models import LineState, ReminderRun
from encours.dunning.runs.working import work_until_done
from tests import build
from tests.dunning.running import LETTER_ONLY, proposal

pytestmark = pytest.mark.django_db(transaction=True)

_PROGRAM = """
import os, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.SEAL_DIR = os.environ["TEST_SEALS"]
django.setup()
from django.utils import timezone
from encours.core.actors import COMMAND_LINE
from encours import failpoints
from encours.dunning.runs.actions import launch_run
from encours.dunning.runs.models import ReminderRun
from encours.dunning.runs.working import work_until_done
point = os.environ["TEST_FAILPOINT"]
def stop(reached):
    if reached == point:
        os._exit(9)
if point:
    failpoints.set_hook(stop)
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
run = ReminderRun.objects.get()
launch_run(run=run, actor=COMMAND_LINE, now=timezone.now())
work_until_done(timezone.now)
"""


@pytest.fixture
def seals(tmp_path: Path, settings: Settings) -> str:
    settings.SEAL_DIR = tmp_path / "seals"
    return str(tmp_path / "seals")


def start(seals: str, failpoint: str = "") -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "encours.settings.test",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_SEALS": seals,
        "TEST_FAILPOINT": failpoint,
    }
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


def a_proposal(count: int) -> ReminderRun:
    for at in range(count):
        build.invoice(build.account(build.customer(f"C{at:03}")))
    return proposal(options=LETTER_ONLY)


def each_has_one(run: ReminderRun, count: int) -> None:
    reminders = list(Reminder.objects.order_by("number"))
    assert [row.number for row in reminders] == list(range(1, count + 1))
    assert len({row.account_id for row in reminders}) == count
    assert {row.state for row in reminders} == {ReminderState.ISSUED}
    assert run.lines.filter(state=LineState.ISSUED).count() == count
    run.refresh_from_db()
    assert run.state == "done"


@pytest.mark.parametrize("point", ["before_reserve", "reserved", "stored_uncommitted", "issued"])
def test_a_worker_killed_during_a_run_leaves_one_reminder_per_account(point: str, seals: str) -> None:
    run = a_proposal(3)
    process = start(seals, point)
    _out, err = process.communicate("go\n", timeout=60)
    assert process.returncode == 9, err
    resume_all(timezone.now)
    work_until_done(timezone.now)
    each_has_one(run, 3)


def test_eight_processes_that_launch_the_same_proposal_remind_each_account_once(seals: str) -> None:
    run = a_proposal(60)
    processes = [start(seals) for _ in range(8)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert [code for _err, code in ends] == [0] * 8, ends
    work_until_done(timezone.now)
    each_has_one(run, 60)


def test_a_run_that_is_not_launched_is_left_alone() -> None:
    run = a_proposal(1)
    work_until_done(timezone.now)
    assert Reminder.objects.count() == 0
    launch_run(run=run, actor=build.ACTOR, now=timezone.now())
    work_until_done(timezone.now)
    each_has_one(run, 1)
