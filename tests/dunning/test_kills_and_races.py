"""A process killed between two steps leaves no hole; two processes at once remind nobody twice."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone
from pytest_django.fixtures import Settings

from encours import failpoints
from encours.archive import store
from encours.archive.verify import verify_archive
from encours.delivery import leases
from encours.delivery.models import OutboxMessage
from encours.dunning.issuing.drawing import draw
from encours.dunning.issuing.ordering import order_of
from encours.dunning.issuing.reserve import DRAWING_LEASE
from encours.dunning.issuing.run import resume_all
from encours.dunning.models import Reminder, ReminderLine, ReminderState
from encours.parties.models import Account
from tests import build
from tests.dunning.issuing import template
from tests.dunning.processes import start_remind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def seals(tmp_path: Path, settings: Settings) -> str:
    settings.SEAL_DIR = tmp_path / "seals"
    return str(tmp_path / "seals")


def accounts(count: int) -> list[Account]:
    template("E1")
    template("L1")
    made = [build.account(build.customer(f"C{at:03}")) for at in range(count)]
    for account in made:
        build.invoice(account)
    return made


def nothing_is_lost_or_doubled(count: int) -> None:
    """Check numbers without hole, one reminder per account, one envelope each, and the archive."""
    reminders = list(Reminder.objects.order_by("number"))
    assert [row.number for row in reminders] == list(range(1, count + 1))
    assert {row.state for row in reminders} == {ReminderState.ISSUED}
    assert len({row.account_id for row in reminders}) == count
    twice = ReminderLine.objects.values("invoice").annotate(n=Count("id")).filter(n__gt=1)
    assert not twice
    for row in reminders:
        kept = [
            store.get(sha256)
            for sha256 in row.files.order_by("position").values_list("document__sha256", flat=True)
        ]
        assert kept == [file.content for file in draw(order_of(row.frozen))]
        assert OutboxMessage.objects.filter(reference=row.reference).count() == (row.mode == "email")
    assert verify_archive().problems == []


def remind_here(template_code: str) -> dict[str, list[dict[str, str]]]:
    out = StringIO()
    call_command("remind", "--template", template_code, "--json", stdout=out)
    report: dict[str, list[dict[str, str]]] = json.loads(out.getvalue())
    return report


@pytest.mark.parametrize("point", failpoints.ISSUING)
def test_a_process_killed_at_any_point_leaves_one_reminder_and_no_hole(point: str, seals: str) -> None:
    accounts(2)
    code, out, err = start_remind("--template", "E1", seals=seals, failpoint=point).finish()
    assert (code, out) == (9, ""), err
    resume_all(timezone.now)
    issued = remind_here("E1")["issued"]
    assert len(issued) == (2 if point in ("before_reserve", "reserved_uncommitted") else 0)
    nothing_is_lost_or_doubled(2)


@pytest.mark.parametrize("template_code", ["E1", "L1"])
def test_the_next_command_takes_up_what_a_killed_one_left(template_code: str, seals: str) -> None:
    accounts(1)
    start_remind("--template", template_code, seals=seals, failpoint="reserved").finish()
    (reserved,) = Reminder.objects.all()
    assert reserved.state == ReminderState.RESERVED
    assert leases.is_dead(reserved.lease_owner)
    assert remind_here(template_code)["left"][0]["reason"] == "recently_reminded"
    nothing_is_lost_or_doubled(1)


def test_two_processes_at_once_remind_nobody_twice(seals: str) -> None:
    accounts(60)
    both = [start_remind("--template", "L1", seals=seals, waits=True) for _ in range(2)]
    for process in both:
        process.wait_until_ready()
    for process in both:
        assert process.popen.stdin is not None
        process.popen.stdin.write("go\n")
        process.popen.stdin.flush()
    results = [process.finish() for process in both]
    assert [code for code, _, _ in results] == [0, 0], results
    reports = [json.loads(out) for _, out, _ in results]
    issued = [row["customer"] for report in reports for row in report["issued"]]
    assert sorted(issued) == [f"C{at:03}" for at in range(60)]
    for report in reports:
        assert {row["reason"] for row in report["left"]} <= {"recently_reminded"}
    nothing_is_lost_or_doubled(60)


def test_a_living_process_keeps_its_reservation(seals: str) -> None:
    (account,) = accounts(1)
    start_remind("--template", "L1", seals=seals, failpoint="reserved").finish()
    Reminder.objects.update(lease_owner=leases.this_process())
    assert resume_all(timezone.now) == 0
    later = timezone.now() + DRAWING_LEASE
    assert resume_all(lambda: later) == 1
    account.refresh_from_db()
    assert account.reminded_open_count == 1
