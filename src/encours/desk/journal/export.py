"""Write lines of the journal to a CSV or XLSX file, in which nothing that was typed becomes a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from django.utils.translation import gettext as _

from encours.audit.models import AuditLine
from encours.core import french
from encours.desk.journal.changes import NO_CODES, changes_of
from encours.desk.journal.words import action_label
from encours.documents.xlsx import Sheet, write_workbook
from encours.languages import reader_language

LONGEST_CELL = 32_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"


def columns() -> list[tuple[str, int]]:
    """Return the header with the widths of its columns."""
    return [
        (_("Date et heure"), 22),
        (_("Qui"), 24),
        (_("Adresse réseau"), 16),
        (_("Action"), 32),
        (_("Objet"), 36),
        (_("Entité"), 14),
        (_("Détail"), 80),
        (_("Requête"), 34),
    ]


def cells_of(line: AuditLine, codes: Mapping[int, str] = NO_CODES) -> list[str]:
    """Return the cells of a line, in the order of the columns."""
    detail = "\n".join(map(str, changes_of(line, codes)))[:LONGEST_CELL]
    said = (line.address, action_label(line.action), line.subject, line.entity_code, detail, line.request_id)
    return [french.moment(line.at, reader_language()), line.actor_name, *said]


def as_xlsx(lines: Iterable[AuditLine], today: dt.date, codes: Mapping[int, str] = NO_CODES) -> bytes:
    """Return a workbook of the lines; its cells are texts."""
    target = io.BytesIO()
    title = _("Journal")
    rows = map(partial(cells_of, codes=codes), lines)
    write_workbook(target, [Sheet(title, columns(), rows)], title=title, created=today)
    return target.getvalue()


def as_csv(lines: Iterable[AuditLine], codes: Mapping[int, str] = NO_CODES) -> bytes:
    """Return the lines as UTF-8 with its mark, separated by semicolons, as French spreadsheets read them."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerows(_harmless(row) for row in _rows(lines, codes))
    return (BOM + target.getvalue()).encode("utf-8", "replace")


def _rows(lines: Iterable[AuditLine], codes: Mapping[int, str]) -> Iterator[list[str]]:
    yield [label for label, _width in columns()]
    yield from map(partial(cells_of, codes=codes), lines)


def _harmless(row: Iterable[str]) -> list[str]:
    """Put an apostrophe before what a spreadsheet would compute."""
    return [f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text for text in row]
