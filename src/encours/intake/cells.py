"""Read the cells of one row by column; what is refused is told with its place, and read as None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from encours.core.errors import Refusal
from encours.intake.problems import Findings
from encours.intake.reading.tables import Row

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: the file as it was named, and its line (the header is line 1)."""

    file: str
    line: int


class Cells:
    """The cells of one row, on their way into a frozen dataclass."""

    def __init__(self, row: Row, findings: Findings) -> None:
        self.place = Place(str(row.file), row.line)
        self._cells = row.cells
        self._findings = findings
        self.are_sound = True

    def text(self, column: str) -> str:
        """Return a cell as it is written; nothing where the file has no such column."""
        return self._cells.get(column, "")

    def as_written(self) -> dict[str, str]:
        """Return the cells of the known columns as they are written."""
        return dict(self._cells)

    def correct(self, values: Mapping[str, str]) -> None:
        """Read other values in columns that the file has, as if it had them."""
        self._cells = self._cells | {name: value for name, value in values.items() if name in self._cells}

    def given(self, columns: Iterable[str]) -> frozenset[str]:
        """Return those of the columns that the file has."""
        return frozenset(column for column in columns if column in self._cells)

    def read(self, column: str, parse: Callable[[str], ValueT]) -> ValueT | None:
        """Return a cell as ``parse`` reads it, or None where it refuses."""
        try:
            return parse(self._cells.get(column, ""))
        except Refusal as refusal:
            self.refuse(column, refusal.message)
            return None

    def refuse(self, column: str, message: str) -> None:
        """Tell what is wrong in a column of this row."""
        self.are_sound = False
        refuse_at(self._findings, self.place, column, self._cells.get(column, ""), message)

    def refuse_all(self, refusals: Iterable[Refusal], columns: Mapping[str, str]) -> None:
        """Tell refusals of details, whose fields stand in these columns."""
        for refusal in refusals:
            self.refuse(columns.get(refusal.field, refusal.field), refusal.message)


def refuse_at(findings: Findings, place: Place, column: str, value: str, message: str) -> None:
    """Tell one problem at the place of a line."""
    findings.refuse(place.file, place.line, column, value, message)
