"""Import files whole or not at all: read, check without a lock, check again inside one short transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.intake.cells import Cells
from encours.intake.problems import Findings, Problem, TooManyProblems
from encours.intake.reading.tables import Layout, read_rows

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Source:
    """How the journal names what was imported, and what it says of a file that came from a browser."""

    name: str
    details: Mapping[str, object] = field(default_factory=dict)


LineT = TypeVar("LineT")
StateT = TypeVar("StateT")


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import does to the things that its files describe."""

    created: int = 0
    unchanged: int = 0
    updated: int = 0


class Plan(Protocol):
    """Everything that one import will write, decided before anything is."""

    @property
    def counts(self) -> Counts:
        """What the plan does."""

    def apply(self, *, actor: Actor, now: dt.datetime) -> None:
        """Write it, inside the caller's transaction."""


PlanT = TypeVar("PlanT", bound=Plan)
MadeT = TypeVar("MadeT", bound=Plan, covariant=True)


class Importer(Protocol[LineT, StateT, MadeT]):
    """One kind of file: its columns, its lines, and how they become a plan."""

    subject: str
    layout: Layout

    def parse(self, cells: Cells, today: dt.date, /) -> LineT | None:
        """Return a row as a frozen dataclass, or None once its problems are told."""

    def read_state(self, lines: Sequence[LineT], /) -> StateT:
        """Return all that the database knows of the lines; equal when nothing has moved."""

    def lock(self, state: StateT, /) -> None:
        """Lock what the plan depends on, until the transaction ends."""

    def plan(self, lines: Sequence[LineT], state: StateT, findings: Findings, *, today: dt.date) -> MadeT:
        """Return what there is to write; what contradicts goes to the findings."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import."""

    counts: Counts = Counts()
    ignored_columns: Sequence[str] = ()
    problems: Sequence[Problem] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the report as --json shows it."""
        return {
            "created": self.counts.created,
            "unchanged": self.counts.unchanged,
            "updated": self.counts.updated,
            "ignored_columns": list(self.ignored_columns),
            "errors": [problem.as_dict() for problem in self.problems],
        }


@dataclass(slots=True)
class _Reading(Generic[LineT]):
    lines: list[LineT] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


@dataclass(frozen=True, slots=True)
class _Writing:
    source: Source
    on_written: Callable[[Counts], None] | None
    actor: Actor
    now: dt.datetime


class _StateMoved(Exception):  # noqa: N818 (the import starts again, it is not a fault)
    """Someone wrote between the check and the lock."""


def import_files(
    importer: Importer[LineT, StateT, PlanT],
    paths: Sequence[Path],
    *,
    is_dry_run: bool,
    actor: Actor,
    now: dt.datetime,
    today: dt.date,
    source: Source | None = None,
    on_written: Callable[[Counts], None] | None = None,
) -> Report:
    """Take all the files together, or none of them; the report lists every line to correct.

    The lines are checked against the database before it is locked. Inside the transaction the same reads
    must give the same answer, otherwise the check is made again; raise Refusal if it never settles.
    ``on_written`` is called inside it once all is written: what it raises undoes the import.
    """
    source = source or Source(", ".join(path.name for path in paths))
    reading = _read(importer, paths, today)
    for _attempt in range(MAX_ATTEMPTS):
        findings = Findings(list(reading.findings.problems), reading.findings.ignored_columns)
        state = importer.read_state(reading.lines)
        plan = _plan(importer, reading.lines, state, findings, today)
        if plan is None or findings.problems:
            problems = _in_file_order(findings.problems, paths)
            return Report(ignored_columns=findings.ignored_columns, problems=problems)
        report = Report(plan.counts, findings.ignored_columns)
        has_work = plan.counts.created or plan.counts.updated
        if is_dry_run or not has_work:
            return report
        if _write(importer, reading.lines, state, plan, _Writing(source, on_written, actor, now)):
            return report
    raise Refusal(
        _("Les données ont changé sans cesse pendant l'import\u00a0: rien n'a été importé, recommencez.")
    )


def _read(importer: Importer[LineT, StateT, PlanT], paths: Sequence[Path], today: dt.date) -> _Reading[LineT]:
    reading: _Reading[LineT] = _Reading()
    try:
        for path in paths:
            for row in read_rows(path, importer.layout, reading.findings):
                line = importer.parse(Cells(row, reading.findings), today)
                if line is not None:
                    reading.lines.append(line)
    except TooManyProblems:
        reading.lines.clear()
    return reading


def _plan(
    importer: Importer[LineT, StateT, PlanT],
    lines: Sequence[LineT],
    state: StateT,
    findings: Findings,
    today: dt.date,
) -> PlanT | None:
    try:
        return importer.plan(lines, state, findings, today=today)
    except TooManyProblems:
        return None


def _write(
    importer: Importer[LineT, StateT, PlanT],
    lines: Sequence[LineT],
    state: StateT,
    plan: PlanT,
    writing: _Writing,
) -> bool:
    """Write the plan and return True, or False where someone else wrote in between."""
    try:
        with transaction.atomic():
            importer.lock(state)
            if importer.read_state(lines) != state:
                raise _StateMoved
            plan.apply(actor=writing.actor, now=writing.now)
            counts = plan.counts
            record(
                actor=writing.actor,
                action=f"import.{importer.subject}",
                subject=writing.source.name,
                after={
                    "created": counts.created,
                    "unchanged": counts.unchanged,
                    "updated": counts.updated,
                    **writing.source.details,
                },
                now=writing.now,
            )
            if writing.on_written is not None:
                writing.on_written(counts)
    except (_StateMoved, IntegrityError):
        return False
    return True


def _in_file_order(problems: Sequence[Problem], paths: Sequence[Path]) -> list[Problem]:
    order = {str(path): index for index, path in reversed(list(enumerate(paths)))}
    return sorted(problems, key=lambda problem: (order.get(problem.file, 0), problem.line))
