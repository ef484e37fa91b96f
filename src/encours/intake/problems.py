"""Know what was wrong in the files of one import: every line of it, up to a bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

MAX_PROBLEMS = 10_000
MAX_SHOWN_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct; line 1 is the header, line 0 stands for the file as a whole."""

    file: str
    line: int
    column: str
    value: str
    message: str

    def as_dict(self) -> dict[str, object]:
        """Return the problem as --json shows it."""
        return asdict(self)

    def __str__(self) -> str:
        where = f"{self.file}, ligne {self.line}" if self.line else self.file
        what = f", {self.column}" if self.column else ""
        value = f" «\u00a0{self.value}\u00a0»" if self.value else ""
        return f"{where}{what}{value}\u00a0: {self.message}"


class TooManyProblems(Exception):  # noqa: N818 (it ends a reading, it is not a fault)
    """The bound on problems is reached: the rest of the files is not read."""


@dataclass(slots=True)
class Findings:
    """What reading and checking found so far, in the order of files and lines."""

    problems: list[Problem] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)

    def refuse(self, file: str, line: int, column: str, value: str, message: str) -> None:
        """Add one problem; raise TooManyProblems once the bound is reached."""
        if len(self.problems) >= MAX_PROBLEMS:
            message = _("Plus de %s erreurs\u00a0: les suivantes ne sont pas listées.") % MAX_PROBLEMS
            self.problems.append(Problem(file, line, "", "", message))
            raise TooManyProblems
        self.problems.append(Problem(file, line, column, shorten(value), message))

    def ignore_columns(self, names: Iterable[str]) -> None:
        """Remember columns that are not known, each once."""
        self.ignored_columns.extend(name for name in names if name not in self.ignored_columns)


def shorten(value: str) -> str:
    """Return a value on one printable line of bounded length, as an error list shows it."""
    line = "".join(char if char.isprintable() else "\ufffd" for char in value[: MAX_SHOWN_LENGTH + 1])
    return line if len(line) <= MAX_SHOWN_LENGTH else line[: MAX_SHOWN_LENGTH - 1] + "…"


def contradiction(recorded: str, read: str) -> str:
    """Return the sentence that refuses a value which is not the one on record."""
    sentence = _(
        "Déjà enregistré avec «\u00a0%(recorded)s\u00a0»\u202f; le fichier dit «\u00a0%(read)s\u00a0»."
    )
    return sentence % {"recorded": recorded, "read": read}
