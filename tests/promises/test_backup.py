"""A backup taken while reminders are issued and sent restores elsewhere, verifies, and sends nothing yet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.promises.backing_up import back_up_during_a_run
from tests.promises.installation import installation

pytestmark = pytest.mark.promise

SERVER = os.environ.get("DATABASE_URL", "")
HAS_POSTGRES = SERVER.startswith("postgres")
WAYS = [("sqlite", "postgres"), ("postgres", "sqlite")] if HAS_POSTGRES else [("sqlite", "sqlite")]
ACCOUNTS = 60
SENT_BEFORE_THE_BACKUP = 15


def _url(engine: str) -> str:
    return SERVER if engine == "postgres" else ""


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_a_backup_of_a_mass_run_restores_on_the_other_engine_and_sends_nothing_until_told_to(
    source: str, target: str, tmp_path: Path
) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with (
        installation(tmp_path / "first", postgres=_url(source)) as first,
        installation(tmp_path / "second", postgres=_url(target)) as second,
    ):
        figures = back_up_during_a_run(first, second, accounts=ACCOUNTS, sent_before=SENT_BEFORE_THE_BACKUP)
    assert figures.wrong == 0, figures
    assert SENT_BEFORE_THE_BACKUP <= figures.sent_before < ACCOUNTS, "the backup fell into the middle"
    assert figures.sent_once_told > 0
