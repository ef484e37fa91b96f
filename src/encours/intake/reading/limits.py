"""Know the largest files, lines and cells that are read, and how a file as a whole is refused."""

from __future__ import annotations

from encours.core.errors import Refusal

MAX_FILE_BYTES = 200_000_000
MAX_LINES = 1_000_000
MAX_LINE_LENGTH = 100_000
MAX_LINES_IN_A_RECORD = 100
MAX_CELL_LENGTH = 10_000
MAX_COLUMNS = 200


class Unreadable(Refusal):
    """A file cannot be read any further; line 0 stands for the file as a whole."""

    def __init__(self, message: str, *, line: int = 0, value: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.value = value
