"""A backup taken while reminders are issued and sent restores elsewhere, verifies, and sends nothing yet."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.promises.installation import Installation, installation
from tests.promises.ledgers import address_of, load_ledger

pytestmark = pytest.mark.promise

SERVER = os.environ.get("DATABASE_URL", "")
HAS_POSTGRES = SERVER.startswith("postgres")
WAYS = [("sqlite", "postgres"), ("postgres", "sqlite")] if HAS_POSTGRES else [("sqlite", "sqlite")]
ACCOUNTS = 80
SENT_BEFORE_THE_BACKUP = 15


def _url(engine: str) -> str:
    return SERVER if engine == "postgres" else ""


def _remind_and_back_up_meanwhile(place: Installation, backup: Path) -> None:
    """Issue with one process, send with two, back up in the middle of both, then let them finish."""
    workers = [place.start("worker") for _worker in range(2)]
    remind = place.start("remind", "--template", "E1")
    try:
        for _message in range(SENT_BEFORE_THE_BACKUP):
            place.mail.taken.get(timeout=60)
        place.run("backup", str(backup))
        assert remind.wait(120) == 0
        for _message in range(ACCOUNTS - SENT_BEFORE_THE_BACKUP):
            place.mail.taken.get(timeout=60)
    finally:
        for process in (remind, *workers):
            if process.poll() is None:
                process.terminate()
            process.wait(15)


def _states(place: Installation) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in place.outbox():
        found.setdefault(str(one["state"]), set()).add(str(one["recipient"]))
    return found


def _is_clean(place: Installation) -> None:
    verified = place.read("verify")
    assert (verified["problems"], verified["documents"] > 0) == ([], True)
    assert place.read("check_figures")["problems"] == []


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_a_backup_of_a_mass_run_restores_on_the_other_engine_and_sends_nothing_until_told_to(
    source: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_MAX_CONNECTIONS", "1")  # slow enough for a backup in the middle
    backup = tmp_path / "encours.tar"
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with (
        installation(tmp_path / "first", postgres=_url(source), slow_seconds=0.05) as first,
        installation(tmp_path / "second", postgres=_url(target)) as second,
    ):
        load_ledger(first, ACCOUNTS)
        _remind_and_back_up_meanwhile(first, backup)
        everybody = {address_of(number) for number in range(ACCOUNTS)}
        assert Counter(one.recipient for one in first.mail.received()) == dict.fromkeys(everybody, 1)

        second.run("restore", "--dry-run", str(backup))
        second.run("restore", str(backup))
        _is_clean(second)
        restored = _states(second)
        assert set(restored) <= {"sent", "queued", "uncertain"}
        known = restored["sent"] | restored.get("uncertain", set())
        assert SENT_BEFORE_THE_BACKUP <= len(known) < ACCOUNTS, "the backup fell into the middle"

        second.run("worker", "--once")  # it takes up what was reserved, and sends nothing
        assert second.mail.received() == []
        assert known == _states(second)["sent"] | _states(second).get("uncertain", set())
        waiting = _states(second)["queued"]

        second.run("outbox", "--reopen")
        second.run("worker", "--once")
        received = second.mail.received()
        assert Counter(one.recipient for one in received) == dict.fromkeys(waiting, 1)
        assert waiting & known == set()
        _is_clean(second)
        # What both have sent is, to the byte, what was archived before the backup.
        by_first = {one.recipient: one.content for one in first.mail.received()}
        queued_then = restored.get("queued", set())
        assert {one.recipient for one in received if one.content == by_first[one.recipient]} >= queued_then
