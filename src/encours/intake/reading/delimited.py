"""Read CSV: encoding and delimiter found by themselves, one record at a time, never a line too long."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.intake.reading.encodings import detect_encoding
from encours.intake.reading.limits import (
    MAX_LINE_LENGTH,
    MAX_LINES,
    MAX_LINES_IN_A_RECORD,
    Unreadable,
)

_BAD_QUOTES = gettext_lazy(
    "Guillemets mal placés\u00a0: entourez la valeur de guillemets, doublez ceux qu'elle contient."
)
_TRUNCATED = gettext_lazy(
    "Le fichier s'arrête dans une valeur ouverte par un guillemet\u00a0: il est tronqué."
)
_NEVER_CLOSED = gettext_lazy(
    "Guillemet ouvert et non refermé %s lignes plus loin\u00a0: la suite n'est pas lue."
)

Complain = Callable[[int, str, str], None]
"""Receives a line number, the value and the message of a line that is skipped."""


def read_delimited(
    path: Path, known_columns: Collection[str], complain: Complain
) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line's number and the cells of every record, the header included.

    Lines that are not CSV go to ``complain`` and are skipped; raise Unreadable where reading must end.
    """
    with path.open(encoding=detect_encoding(path), newline="") as file:
        delimiter = _find_delimiter(file.readline(MAX_LINE_LENGTH), known_columns)
        file.seek(0)
        lines = _Lines(file, complain)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            lines.start_record()
            try:
                record = next(reader, None)
            except csv.Error:
                if lines.is_at_end:
                    raise Unreadable(str(_TRUNCATED), line=lines.first) from None
                complain(lines.first, lines.text, str(_BAD_QUOTES))
                continue
            if record is None:
                return
            yield lines.first, record


def _find_delimiter(header: str, known_columns: Collection[str]) -> str:
    def known(delimiter: str) -> int:
        return sum(name.strip(' \t\r\n"').lower() in known_columns for name in header.split(delimiter))

    return max(",;", key=lambda delimiter: (known(delimiter), header.count(delimiter)))


class _Lines:
    """Physical lines for the csv module: counted, and none longer than the bound."""

    def __init__(self, file: TextIO, complain: Complain) -> None:
        self._file = file
        self._complain = complain
        self._number = 0
        self._pending = ""
        self.first = 0
        self.text = ""
        self.is_at_end = False

    def start_record(self) -> None:
        """Say that the next line starts a record."""
        self.first = self._number + 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        while True:
            self.text = self._read(MAX_LINE_LENGTH + 1)
            if not self.text:
                self.is_at_end = True
                raise StopIteration
            self._number += 1
            if self._number > MAX_LINES:
                sentence = _("Plus de %s lignes\u00a0: partagez le fichier.") % MAX_LINES
                raise Unreadable(sentence, line=self._number)
            if len(self.text) <= MAX_LINE_LENGTH:
                if self._number - self.first >= MAX_LINES_IN_A_RECORD:
                    raise Unreadable(_NEVER_CLOSED % MAX_LINES_IN_A_RECORD, line=self.first)
                return self.text
            self._skip_long_line()

    def _skip_long_line(self) -> None:
        message = _("Ligne trop longue\u00a0: plus de %s caractères.") % MAX_LINE_LENGTH
        if self._number > self.first:
            raise Unreadable(message, line=self._number, value=self.text)
        self._complain(self._number, self.text, message)
        rest = self.text
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._file.readline(MAX_LINE_LENGTH)
        if rest.endswith("\r"):  # a bounded read may have parted it from its line feed
            following = self._file.read(1)
            self._pending = "" if following == "\n" else following
        self.first = self._number + 1

    def _read(self, size: int) -> str:
        text, self._pending = self._pending, ""
        return text if text.endswith(("\n", "\r")) else text + self._file.readline(size)
