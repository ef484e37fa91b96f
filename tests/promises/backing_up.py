"""Back up in the middle of a mass reminder, restore on another engine, and count what the copy then does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.promises.installation import Installation
from tests.promises.ledgers import address_of, load_ledger

QUIET_SECONDS = 120.0
REMIND_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class BackupFigures:
    """What was reminded, how far the original was when it was copied, and what the copy did."""

    accounts: int
    sent_before: int
    """Messages that the backup holds as sent or uncertain."""
    sent_unasked: int
    """Messages that left the copy before it was told to send."""
    sent_once_told: int
    wrongly_sent: int
    """Of these, those that the backup held as sent, came twice, or were not waiting."""
    altered: int
    """Of those queued when the backup was made, those whose bytes differ from what the original sent."""
    problems: int
    """What `encours verify` and `encours check_figures` find on the copy, before and after."""

    @property
    def wrong(self) -> int:
        """Return how often the promise was broken."""
        return self.sent_unasked + self.wrongly_sent + self.altered + self.problems


def back_up_during_a_run(
    first: Installation, second: Installation, *, accounts: int, sent_before: int
) -> BackupFigures:
    """Remind on one installation, back it up meanwhile, restore on the other, and tell that one to send."""
    backup = first.folder / "encours.tar"
    load_ledger(first, accounts)
    _remind_and_back_up_meanwhile(first, backup, accounts, sent_before)
    everybody = {address_of(number) for number in range(accounts)}
    assert Counter(one.recipient for one in first.mail.received()) == dict.fromkeys(everybody, 1)

    second.run("restore", "--dry-run", str(backup))
    second.run("restore", str(backup))
    problems = _problems(second)
    restored = _states(second)
    known = restored.get("sent", set()) | restored.get("uncertain", set())
    second.run("worker", "--once", seconds=REMIND_SECONDS)  # it takes up what was reserved, and sends nothing
    unasked = len(second.mail.received())
    waiting = _states(second).get("queued", set())

    second.run("outbox", "--reopen")
    second.run("worker", "--once", seconds=REMIND_SECONDS)
    received = second.mail.received()
    times = Counter(one.recipient for one in received)
    by_first = {one.recipient: one.content for one in first.mail.received()}
    comparable = [one for one in received if one.recipient in restored.get("queued", set())]
    return BackupFigures(
        accounts=accounts,
        sent_before=len(known),
        sent_unasked=unasked,
        sent_once_told=len(received),
        wrongly_sent=sum(number - 1 for number in times.values()) + len(waiting ^ set(times)),
        altered=sum(one.content != by_first[one.recipient] for one in comparable),
        problems=problems + _problems(second),
    )


def _remind_and_back_up_meanwhile(place: Installation, backup: Path, accounts: int, sent_before: int) -> None:
    """Issue with one process, send with two, back up in the middle of both, then let them finish."""
    workers = [place.start("worker") for _worker in range(2)]
    remind = place.start("remind", "--template", "E1")
    try:
        for _message in range(sent_before):
            place.mail.taken.get(timeout=QUIET_SECONDS)
        with place.mail.held():  # so that it falls into the middle, however slow the machine is
            place.run("backup", str(backup))
        assert remind.wait(REMIND_SECONDS) == 0
        for _message in range(accounts - sent_before):
            place.mail.taken.get(timeout=QUIET_SECONDS)
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


def _problems(place: Installation) -> int:
    verified = place.read("verify")
    assert verified["documents"] > 0
    return len(verified["problems"]) + len(place.read("check_figures")["problems"])
