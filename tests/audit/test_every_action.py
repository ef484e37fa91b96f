"""Each action of the product writes one line: who, when, from where, what, before and after."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import encours
from encours.audit.models import AuditLine
from encours.desk.journal.changes import NUMBERS
from encours.desk.journal.words import FIELDS
from tests.audit.calls import NOW, WHO
from tests.audit.table import CALLS

WITHOUT_A_LINE = {
    "audit.record": "writes the lines",
    "desk.demo": "makes the demonstration by the actions themselves",
    "dunning.issuing.reserve.reserve": "begins what issue ends with its line",
    "dunning.issuing.run.begin": "begins what issue ends with its line",
    "dunning.composing.compose": "writes nothing: what the author sees before issuing",
    "dunning.notices.actions.decided_sentence": "writes nothing",
    "dunning.notices.actions.refuse_unfit_approver": "writes nothing",
    "dunning.runs.whole.run_to_its_end": "proposes and launches by the actions themselves",
    "dunning.runs.editing.issue_of": "writes nothing",
    "dunning.runs.editing.texts_of": "writes nothing",
    "dunning.runs.screens.line_issue": "writes nothing",
    "dunning.samples.preview_on": "writes nothing",
    "access.second_factor.actions.use_code": "is part of the sign-in, which has its line",
    "access.sessions.actions.note_use": "notes when a session was last used",
    "access.sessions.actions.forget_session": "is part of signing out",
    "delivery.actions.enqueueing": "is part of what it is queued for",
    "delivery.actions.erasing": "is part of erasing contacts, which has its line",
    "delivery.actions.leasing": "the worker's, which the attempts tell of",
    "delivery.actions.moving": "the worker's, which the attempts tell of; a person's go through deciding",
    "desk.actions": "how one's own pages look: filters, accounts per page",
    "intake.by_hand.taking.take": "lets import_files import, which has its line",
    "intake.by_hand.background.start_if_long": "keeps what the import, which has its line, will read",
    "parties.actions.ensure_account": "is part of the invoice, payment or customer that it is made for",
    "receivables.actions.allocations.keep_remaining": "keeps the figures of the caller's action",
    "receivables.receiving": "is part of recording a payment, whose caller writes its lines",
    "receivables.using_up": "is part of allocating, whose caller writes its lines",
}
COMMITTED = {"operations.backup.making.make_backup", "operations.backup.restoring.restore_backup"}
"""Those that need a transaction of their own."""


def actions() -> Iterator[str]:
    """Yield every public function that is told who acts, and all that is public in actions."""
    for module in pkgutil.walk_packages(encours.__path__, "encours."):
        name = module.name.removeprefix("encours.")
        if {"migrations", "settings", "__main__"} & set(name.split(".")) or name == "web.wsgi":
            continue
        for found, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            plain = inspect.unwrap(function)
            is_told = "actor" in inspect.signature(plain).parameters
            is_own = plain.__module__ == module.name and not found.startswith("_")
            if is_own and (is_told or "actions" in name.split(".")):
                yield f"{name}.{found}"


def is_without_a_line(name: str) -> bool:
    return any(name == known or name.startswith(f"{known}.") for known in WITHOUT_A_LINE)


def test_every_action_is_called_here_or_has_a_reason_not_to_be() -> None:
    assert sorted(name for name in actions() if not is_without_a_line(name)) == sorted(CALLS)


def unnamed_fields(*values: object) -> list[str]:
    """Return the fields, at any depth, that the journal would show by the name that they have in the code."""
    found: list[str] = []
    for value in values:
        for name, one in value.items() if isinstance(value, dict) else ():
            found += [] if name.isdigit() or name in FIELDS or name in NUMBERS else [name]
            found += unnamed_fields(*(() if name.endswith("_minor") or name in NUMBERS else (one,)))
    return found


def has_one_line(name: str) -> None:
    prepare, expected = CALLS[name]
    call = prepare()
    last = AuditLine.objects.order_by("-id").values_list("id", flat=True).first() or 0
    call()
    lines = list(AuditLine.objects.filter(id__gt=last).order_by("id"))
    assert [line.action for line in lines] == expected.split()
    for line in lines:
        assert (line.actor_name, line.actor_user_id) == (WHO.name, WHO.user_id)
        assert (line.address, line.request_id) == (WHO.address, WHO.request_id)
        assert line.at == NOW
        assert line.subject
        assert unnamed_fields(line.before, line.after) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CALLS.keys() - COMMITTED))
def test_an_action_writes_its_line_and_no_other(name: str) -> None:
    has_one_line(name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(COMMITTED))
def test_what_takes_the_whole_database_writes_its_line_too(name: str) -> None:
    has_one_line(name)
