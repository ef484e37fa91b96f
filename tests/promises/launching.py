"""Mass reminders in processes of their own: ``python -m tests.promises.launching STEP [ARGUMENT]...``.

propose FOLDER N: import a ledger of N accounts, and propose to remind all of it by the template E1.
launch: start the proposal, and leave the work to the workers.
issue N: once a line comes on standard input, launch it and work until it is done, N times in a row.
accounts: create a user, and print as JSON how to sign in and which accounts there are.
report: print as JSON what became of each account, and what the commands say of it.
"""

from __future__ import annotations

import json
import secrets
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from tests.promises.ledgers import write_ledger
from tests.promises.queueing import set_up


def propose(folder: Path, count: int) -> None:
    """Import a ledger, propose to remind every account of it, and prepare the proposal."""
    from django.core.management import call_command
    from django.utils import timezone

    from encours.access.scopes import EVERYTHING
    from encours.core.actors import COMMAND_LINE
    from encours.dunning.runs.options import RunOptions
    from encours.dunning.runs.proposing import create_run, prepare
    from encours.dunning.runs.selections import RunSelection

    for kind, path in write_ledger(folder, count).items():
        call_command(f"import_{kind}", str(path))
    run = create_run(
        selection=RunSelection(),
        options=RunOptions(templates=(("email", "E1"),)),
        scope=EVERYTHING,
        actor=COMMAND_LINE,
        now=timezone.now(),
    )
    prepare(run_id=run.pk, clock=timezone.now)


def launch() -> None:
    """Launch the proposal."""
    from django.utils import timezone

    from encours.core.actors import COMMAND_LINE
    from encours.dunning.runs.actions import launch_run
    from encours.dunning.runs.models import ReminderRun

    launch_run(run=ReminderRun.objects.get(), actor=COMMAND_LINE, now=timezone.now())


def issue(times: int) -> None:
    """Say that we are ready, wait for a line, then launch the proposal and do all of its work."""
    from django.utils import timezone

    from encours.dunning.runs.working import work_until_done

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _time in range(times):
        launch()
        work_until_done(timezone.now)


def accounts() -> dict[str, Any]:
    """Create somebody who may remind everybody; return how to sign in, and ids of accounts."""
    from django.utils import timezone

    from encours.access.actions import create_user
    from encours.access.models import Role
    from encours.core.actors import COMMAND_LINE
    from encours.dunning.models import MessageTemplate
    from encours.parties.models import Account

    password = secrets.token_urlsafe(20)
    create_user(
        username="anne",
        full_name="Anne Martin",
        role=Role.COLLECTOR,
        password=password,
        sees_all_entities=True,
        actor=COMMAND_LINE,
        now=timezone.now(),
    )
    return {
        "username": "anne",
        "password": password,
        "accounts": list(Account.objects.order_by("pk").values_list("pk", flat=True)),
        "template": MessageTemplate.objects.get(code="E1", language="fr").pk,
    }


def report() -> dict[str, Any]:
    """Return the SHA-256 of the messages of each customer, the states of the lines, and what commands say."""
    from django.db.models import Count

    from encours.dunning.models import ReminderFile
    from encours.dunning.runs.models import ReminderRun, RunLine

    documents: dict[str, list[str]] = {}
    rows = ReminderFile.objects.filter(position=0).order_by("pk")
    for code, sha256 in rows.values_list("reminder__account__customer__code", "document__sha256"):
        documents.setdefault(code, []).append(sha256)
    states = RunLine.objects.order_by().values_list("state").annotate(n=Count("pk"))
    said = {name: _said_by(name) for name in ("outbox", "verify", "check_figures")}
    return {"documents": documents, "lines": dict(states), "run": ReminderRun.objects.get().state, **said}


def _said_by(command: str) -> Any:
    from django.core.management import call_command

    said = StringIO()
    with suppress(CommandError):  # it has found problems, and says them
        call_command(command, "--json", stdout=said)
    return json.loads(said.getvalue())


if __name__ == "__main__":
    set_up()
    step, arguments = sys.argv[1], sys.argv[2:]
    if step == "propose":
        propose(Path(arguments[0]), int(arguments[1]))
    elif step == "launch":
        launch()
    elif step == "issue":
        issue(int(arguments[0]))
    else:
        sys.stdout.write(json.dumps({"accounts": accounts, "report": report}[step]()))
