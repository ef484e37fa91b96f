"""The refused lines of a file as they are corrected in the page, and what was corrected there so far."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.intake.by_hand.columns import Columns
from encours.intake.problems import Problem
from encours.intake.reading.limits import MAX_CELL_LENGTH

Corrections = dict[int, dict[str, str]]
"""The values that replace those of the file: by line, then by column."""

MAX_SHOWN_LINES = 50
MAX_SHOWN_CELLS = 800
MAX_CORRECTED_LINES = 500
MAX_LENGTH = 500_000
_INPUT = re.compile(r"c-(\d{1,6})-([a-z0-9_]{1,40})", re.ASCII)


@dataclass(slots=True)
class Cell:
    """One cell to correct: the column, what is in it, and the sentences that refuse it."""

    column: str
    name: str
    value: str
    sentences: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RefusedLine:
    """A line with its cells; ``sentences`` are those of the line, or of a column that the file has not."""

    number: int
    cells: list[Cell]
    sentences: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refused:
    """The first lines to correct, how many more there are, and what no correction of a cell helps."""

    lines: Sequence[RefusedLine]
    more_count: int
    others: Sequence[Problem]


def refused_lines(
    problems: Iterable[Problem], rows: Mapping[int, Mapping[str, str]], columns: Columns
) -> Refused:
    """Return the lines of the problems, as many as a page can hold."""
    shown = [(one.field, one.name) for one in columns.found if one.field]
    bound = min(MAX_SHOWN_LINES, MAX_SHOWN_CELLS // max(len(shown), 1))
    lines: dict[int, RefusedLine] = {}
    more: set[int] = set()
    others: list[Problem] = []
    for problem in problems:
        row = rows.get(problem.line)
        if row is None:
            others.append(problem)
        elif problem.line in lines or len(lines) < bound:
            cells = [Cell(column, name, row.get(column, "")) for column, name in shown]
            _tell(lines.setdefault(problem.line, RefusedLine(problem.line, cells)), problem)
        else:
            more.add(problem.line)
    return Refused(list(lines.values()), len(more), others)


def _tell(line: RefusedLine, problem: Problem) -> None:
    cell = next((cell for cell in line.cells if cell.column == problem.column), None)
    if cell is not None:
        cell.sentences.append(problem.message)
    else:
        line.sentences.append(_of_column(problem) if problem.column else problem.message)


def _of_column(problem: Problem) -> str:
    """Return what refuses a column that the file has not."""
    values = {"field": problem.column, "problem": problem.message}
    return _("%(field)s\u00a0: %(problem)s") % values


def read_corrections(posted: Mapping[str, str], sha256: str) -> Corrections:
    """Return what was corrected so far of the file of this digest; raise Refusal where it is too much.

    It is only text: the importers read it as they read the file.
    """
    if posted.get("corrige") != sha256:
        return {}
    corrections = _kept(posted.get("corrections", ""))
    for key, value in posted.items():
        if found := _INPUT.fullmatch(key):
            corrections.setdefault(int(found[1]), {})[found[2]] = value
    return _bounded(corrections)


def write_corrections(corrections: Corrections) -> str:
    """Return corrections as the page keeps them."""
    return json.dumps(corrections, ensure_ascii=False, sort_keys=True)


def _kept(text: str) -> Corrections:
    if len(text) > MAX_LENGTH:
        raise _too_many()
    try:
        kept = json.loads(text or "{}")
        return {
            int(line): {str(name): str(value) for name, value in cells.items()}
            for line, cells in kept.items()
        }
    except (ValueError, AttributeError, RecursionError):
        return {}


def _bounded(corrections: Corrections) -> Corrections:
    lengths = [len(value) for cells in corrections.values() for value in cells.values()]
    if any(
        0xD800 <= ord(char) < 0xE000 for cells in corrections.values() for char in "".join(cells.values())
    ):
        return {}  # no browser writes half a character
    if len(corrections) > MAX_CORRECTED_LINES + MAX_SHOWN_LINES or max(lengths, default=0) > MAX_CELL_LENGTH:
        raise _too_many()
    return corrections


def _too_many() -> Refusal:
    return Refusal(_("C'est trop de corrections pour cette page\u00a0: corrigez le fichier lui-même."))
