"""Prove the promises of mass reminders on both databases, and write their sections of docs/promises.md."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.postgres import Postgres, private_server
from tests.promises.backing_up import back_up_during_a_run
from tests.promises.doubling import post_twice
from tests.promises.installation import Installation, installation
from tests.promises.killing import SLOW_SECONDS, Plan
from tests.promises.massing import (
    MassFigures,
    kill_during_a_run,
    launch_at_once,
    prepare,
    restart_during_a_run,
)
from tests.promises.poisoning import faults, poison

Figures = TypeVar("Figures")
HANG_SECONDS = 30
MOST_RATIO = 2.0
RUN_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each: of accounts, kills, restarts, processes, messages and actions."""

    accounts: int
    kills: int
    restarts: int
    at_once: int
    messages: int
    actions: int


FULL = Sizes(accounts=3000, kills=200, restarts=6, at_once=500, messages=990, actions=200)
SMALL = Sizes(accounts=60, kills=4, restarts=1, at_once=40, messages=60, actions=4)

RUN_HEADING = "## A mass reminder reminds each account once, whatever happens meanwhile"
RUN_TEXT = """\
A proposal to remind {accounts:,} accounts by e-mail, each with its statement, is launched; three
`encours worker --lease 2` issue it and send what is issued at the same time. One of the two that have lived
longest is killed (SIGKILL) again and again, as above, and another is started. On PostgreSQL the same again
with no worker killed, but the server itself stopped under them for three seconds, every other time as a
power cut would («immediate»): the workers must live through it. Then a proposal of {at_once:,} accounts is
launched and worked on by eight processes at the same moment, ten times in a row each.

{table}

- **without a reminder**, **reminded twice**: accounts, as the archive has them.
- **altered**: received with a SHA-256 that is not the one in the archive for this customer: of every message.
- **still not settled**: messages in between, or a run that does not say that it is done with all its lines.
- **problems**: what `encours verify` and `encours check_figures` find afterwards.
- **uncertain**: as above; of a restart nothing may be, for each worker keeps the answers until it can write.
"""
RUN_ROWS = {
    "accounts": "accounts",
    "kills": "workers killed",
    "restarts": "restarts of the database",
    "without_reminder": "without a reminder",
    "reminded_twice": "reminded twice",
    "duplicates": "sent twice",
    "lost": "lost",
    "altered": "altered",
    "unsettled": "still not settled at the end",
    "problems": "problems",
    "uncertain": "uncertain",
    "uncertain_delivered": "of these, arrived",
    "seconds": "seconds",
}
POISON_HEADING = "## Ten messages that cannot be sent hold up no other"
POISON_TEXT = """\
{messages:,} messages are sent by one worker; then as many again with ten between them that cannot be: a
header of more than 998 bytes, lines that do not end in CRLF, a document missing from the archive, an
unknown address (550), spam (554), a message over the size that the server takes, a full mailbox (452), a
connection cut after the address, one after the final dot, and a server that hangs for {hang} seconds. Both
times from the first message that the server took to the last good one.

{table}

The ratio must be {ratio:.0f} at most, and each of the ten must stand in the outbox with its reason.
"""
POISON_ROWS = {
    "clean_seconds": "seconds without",
    "poisoned_seconds": "seconds with",
    "ratio": "ratio",
    "sent": "good ones sent",
    "poisons": "that cannot be sent",
    "explained": "of these, explained",
}
DOUBLE_HEADING = "## What is pressed twice is done once"
DOUBLE_TEXT = """\
{actions:,} reminders are written in the two steps of a real `encours serve`, and «Enregistrer la relance» is
posted twice at the same moment for each, four reminders at a time.

{table}
"""
DOUBLE_ROWS = {
    "actions": "actions",
    "posts": "posts",
    "well_answered": "answered by the page of the reminder, the same for both",
    "reminders": "reminders",
    "envelopes": "envelopes in the outbox",
}
BACKUP_HEADING = "## A backup taken during a mass reminder is whole, and its copy stays silent until told"
BACKUP_TEXT = """\
While one process issues {accounts:,} reminders and two workers send them, `encours backup` is run. It is
restored on an empty installation of the other engine, verified, and worked on by a worker: nothing may leave.
Then `encours outbox --reopen`: what was waiting leaves once, and nothing that the backup knows as sent.

{table}
"""
BACKUP_ROWS = {
    "accounts": "accounts",
    "sent_before": "known as sent, or uncertain, by the backup",
    "sent_unasked": "sent by the copy before it was told to",
    "sent_once_told": "sent by the copy once told",
    "wrongly_sent": "of these twice, or not waiting",
    "altered": "altered",
    "problems": "problems",
}


@contextmanager
def _place(
    name: str, *, is_slow: bool = True, poisons: bool = False
) -> Iterator[tuple[Installation, Postgres | None]]:
    with ExitStack() as stack:
        server = stack.enter_context(private_server()) if name == "postgres" else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="encours-promises-")))
        place = installation(
            folder,
            postgres=server.url if server else "",
            slow_seconds=SLOW_SECONDS if is_slow else 0,
            keeps_content=False,
            faults=faults(HANG_SECONDS) if poisons else (),
        )
        yield stack.enter_context(place), server


def prove_runs(databases: Sequence[str], names: Mapping[str, str], sizes: Sizes) -> tuple[bool, str]:
    """Kill, restart and launch at once; return whether the promise was kept, and its section."""
    columns: dict[str, MassFigures] = {}
    plan = Plan(sizes.accounts, sizes.kills, limit_seconds=RUN_SECONDS)
    for name in databases:
        with _place(name) as (place, _server):
            prepare(place, sizes.accounts)
            columns[f"kills, {names[name]}"] = _told(kill_during_a_run(place, plan))
    if "postgres" in databases:
        with _place("postgres") as (place, server):
            assert server is not None
            prepare(place, sizes.accounts)
            columns["restarts, PostgreSQL"] = _told(restart_during_a_run(place, plan, server, sizes.restarts))
    for name in databases:
        with _place(name, is_slow=False) as (place, _server):
            prepare(place, sizes.at_once)
            figures = launch_at_once(place, sizes.at_once, processes=8, times=10)
            columns[f"at once, {names[name]}"] = _told(figures)
    is_kept = not any(one.wrong for one in columns.values())
    arrived = sum(one.uncertain_delivered for one in columns.values())
    uncertain = sum(one.uncertain for one in columns.values())
    text = RUN_TEXT.format(
        accounts=sizes.accounts,
        at_once=sizes.at_once,
        table=_table(columns, RUN_ROWS),
    )
    return is_kept and arrived >= 0.99 * uncertain - 1, text


def prove_poisons(databases: Sequence[str], names: Mapping[str, str], sizes: Sizes) -> tuple[bool, str]:
    """Send with poisons and without."""
    columns = {}
    for name in databases:
        with _place(name, poisons=True) as (place, _server):
            columns[names[name]] = _told(poison(place, sizes.messages, HANG_SECONDS))
    is_kept = all(
        one.ratio <= MOST_RATIO and (one.sent, one.explained) == (sizes.messages, one.poisons)
        for one in columns.values()
    )
    text = POISON_TEXT.format(
        messages=sizes.messages,
        hang=HANG_SECONDS,
        ratio=MOST_RATIO,
        table=_table(columns, POISON_ROWS),
    )
    return is_kept, text


def prove_doubles(databases: Sequence[str], names: Mapping[str, str], sizes: Sizes) -> tuple[bool, str]:
    """Post everything twice."""
    columns = {}
    for name in databases:
        with _place(name, is_slow=False) as (place, _server):
            prepare(place, sizes.actions)
            columns[names[name]] = _told(post_twice(place, sizes.actions))
    is_kept = all(
        one.reminders == one.envelopes == sizes.actions and one.well_answered == one.posts
        for one in columns.values()
    )
    text = DOUBLE_TEXT.format(
        actions=sizes.actions,
        table=_table(columns, DOUBLE_ROWS),
    )
    return is_kept, text


def prove_backup(databases: Sequence[str], names: Mapping[str, str], sizes: Sizes) -> tuple[bool, str]:
    """Back up on each engine, restore on the next."""
    columns = {}
    for name, other in zip(databases, [*databases[1:], databases[0]], strict=True):
        with _place(name) as (first, _one), _place(other, is_slow=False) as (second, _two):
            figures = back_up_during_a_run(
                first, second, accounts=sizes.accounts, sent_before=sizes.accounts // 5
            )
            columns[f"{names[name]} to {names[other]}"] = _told(figures)
    is_kept = all(not one.wrong and one.sent_before < one.accounts for one in columns.values())
    text = BACKUP_TEXT.format(
        accounts=sizes.accounts,
        table=_table(columns, BACKUP_ROWS),
    )
    return is_kept, text


Prove = Callable[[Sequence[str], Mapping[str, str], Sizes], tuple[bool, str]]
MASS: dict[str, tuple[str, Prove]] = {
    "runs": (RUN_HEADING, prove_runs),
    "poisons": (POISON_HEADING, prove_poisons),
    "doubles": (DOUBLE_HEADING, prove_doubles),
    "backup": (BACKUP_HEADING, prove_backup),
}


def prove_mass(
    promise: str, databases: Sequence[str], names: Mapping[str, str], sizes: Sizes, stamp: str
) -> tuple[bool, str]:
    """Prove one promise on the databases; return whether it was kept, and its section of the document."""
    heading, work = MASS[promise]
    print(f"… {heading[3:]}", flush=True)
    is_kept, text = work(databases, names, sizes)
    again = f"`bin/promises --only {promise}` does it again; `bin/test` does it at a reduced size."
    return is_kept, f"{heading}\n\n{text}\n{stamp}\n\n{again}\n"


def _told(figures: Figures) -> Figures:
    print(figures, flush=True)
    return figures


def _table(columns: Mapping[str, object], rows: Mapping[str, str]) -> str:
    """Return a table: a column per run by its title, a row per figure by the words for it."""
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'|'.join('---:' for _column in columns)}|"]
    for name, words in rows.items():
        lines.append(f"| {words} | {' | '.join(_cell(getattr(one, name)) for one in columns.values())} |")
    return "\n".join(lines)


def _cell(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
