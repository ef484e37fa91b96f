"""A mass reminder whose workers die, or whose database restarts, reminds each account once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.postgres import private_server
from tests.promises.installation import installation
from tests.promises.killing import SLOW_SECONDS, Plan
from tests.promises.massing import kill_during_a_run, prepare, restart_during_a_run

pytestmark = pytest.mark.promise

HAS_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


def test_workers_killed_during_a_run_remind_each_account_once_byte_for_byte(tmp_path: Path) -> None:
    plan = Plan(messages=40, kills=2, workers=2)
    with installation(tmp_path, slow_seconds=SLOW_SECONDS, keeps_content=False) as place:
        prepare(place, plan.messages)
        figures = kill_during_a_run(place, plan)
    assert (figures.kills, figures.wrong) == (plan.kills, 0), figures
    # Killed between its note and the dot, a message has not left: a few millionths of a second in each.
    assert figures.uncertain - figures.uncertain_delivered <= 1


@pytest.mark.parametrize("restarts", [1] if HAS_POSTGRES else [])
def test_a_database_restarted_during_a_run_loses_doubles_and_alters_nothing(
    restarts: int, tmp_path: Path
) -> None:
    plan = Plan(messages=40, kills=0, workers=2)
    with (
        private_server() as server,
        installation(tmp_path, postgres=server.url, slow_seconds=SLOW_SECONDS, keeps_content=False) as place,
    ):
        prepare(place, plan.messages)
        figures = restart_during_a_run(place, plan, server, restarts)
    assert (figures.restarts, figures.wrong) == (restarts, 0), figures
    # Each answer was kept by its worker, and written down once the database was back.
    assert figures.uncertain == 0
