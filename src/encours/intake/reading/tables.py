"""Know which columns an import expects, and give its rows by column name with their line numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from encours.intake.problems import Findings
from encours.intake.reading.delimited import read_delimited
from encours.intake.reading.limits import MAX_CELL_LENGTH, MAX_COLUMNS, MAX_FILE_BYTES, Unreadable
from encours.intake.reading.workbooks import read_workbook

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": gettext_lazy("un classeur de l'ancien format XLS, ou protégé par un mot de passe"),
    b"%PDF": gettext_lazy("un PDF"),
    b"\x1f\x8b": gettext_lazy("une archive gzip"),
    b"\x89PNG": gettext_lazy("une image"),
    b"\xff\xd8\xff": gettext_lazy("une image"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file: the required ones must be in the header.

    ``choices`` has the names of a header that were said to be a column, or none (empty); other names speak
    for themselves.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every known column."""
        return self.required + self.optional

    def column_of(self, name: str) -> str:
        """Return the column that stands under a name of the header; what is not of ``columns`` is ignored."""
        return self.choices.get(bare(name), bare(name))


def bare(name: str) -> str:
    """Return a name of a header as names are compared."""
    return name.strip().lower()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: the known columns that its header has, with their text."""

    file: Path
    line: int
    cells: dict[str, str]


def read_rows(path: Path, layout: Layout, findings: Findings) -> Iterator[Row]:
    """Yield the rows of a CSV or XLSX file that are not empty; what is wrong goes to ``findings``."""
    name = str(path)
    try:
        records = _open_records(path, layout, findings)
        line, header = next(records, (1, []))
        positions = _read_header(name, line, header, layout, findings)
        if positions is None:
            return
        width = max(len(header), 1)
        for line, cells in records:
            if not any(cell.strip() for cell in cells):
                continue
            if _is_sound(name, line, cells, width, findings):
                yield Row(path, line, {column: cells[index] for column, index in positions.items()})
    except Unreadable as refusal:
        findings.refuse(str(path), refusal.line, "", refusal.value, refusal.message)
    except OSError as error:
        message = _("Fichier illisible\u00a0: %s.") % (error.strerror or error)
        findings.refuse(str(path), 0, "", str(path), message)


def _open_records(path: Path, layout: Layout, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    if not path.is_file():
        raise Unreadable(_("Ce n'est pas un fichier.") if path.exists() else _("Ce fichier n'existe pas."))
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(_("Ce fichier est vide."))
    if size > MAX_FILE_BYTES:
        sentence = _("Ce fichier est trop gros\u00a0: %s\u00a0Mo au plus.")
        raise Unreadable(sentence % (MAX_FILE_BYTES // 1_000_000))
    with path.open("rb") as file:
        start = file.read(4)
    if start in _ZIPS:
        return read_workbook(path)
    for signature, kind in _OTHER_KINDS.items():
        if start.startswith(signature):
            raise Unreadable(_("Ce fichier est %s\u00a0: donnez un fichier CSV ou XLSX.") % kind)

    def complain(line: int, value: str, message: str) -> None:
        findings.refuse(str(path), line, "", value, message)

    return read_delimited(path, {*layout.columns, *layout.choices}, complain)


def read_head(path: Path, layout: Layout) -> tuple[list[str], list[str]]:
    """Return the names of the header and the cells of the first line under it; none if unreadable."""
    try:
        records = _open_records(path, layout, Findings())
        _line, header = next(records, (1, []))
        _line, first = next((one for one in records if any(cell.strip() for cell in one[1])), (1, []))
    except (Unreadable, OSError):
        return [], []
    return header[:MAX_COLUMNS], first[:MAX_COLUMNS]


def _read_header(
    file: str, line: int, header: list[str], layout: Layout, findings: Findings
) -> dict[str, int] | None:
    """Return the position of each known column, or None where the header is refused."""
    if len(header) > MAX_COLUMNS:
        sentence = _("Trop de colonnes\u00a0: %(count)s, %(most)s au plus.")
        message = sentence % {"count": len(header), "most": MAX_COLUMNS}
        findings.refuse(file, line, "", "", message)
        return None
    names = [layout.column_of(name) for name in header]
    before = len(findings.problems)
    for column in layout.columns:
        if names.count(column) > 1:
            findings.refuse(file, line, column, column, _("Cette colonne est donnée deux fois."))
    missing = [column for column in layout.required if column not in names]
    for column in missing:
        message = _("Cette colonne manque dans l'en-tête (première ligne).")
        if len(missing) == len(layout.required):
            message = f"{message} {_hint(file, header)}".rstrip()
        findings.refuse(file, line, column, "", message)
    if len(findings.problems) > before:
        return None
    findings.ignore_columns(
        name.strip() for name in header if name.strip() and layout.column_of(name) not in layout.columns
    )
    return {column: names.index(column) for column in layout.columns if column in names}


def _hint(file: str, header: list[str]) -> str:
    if file.lower().endswith((".xlsx", ".xlsm")):
        return _("Ce fichier n'est peut-être pas le bon classeur, ou pas un classeur XLSX malgré son nom.")
    if len(header) <= 1:
        return _("Le séparateur doit être la virgule ou le point-virgule.")
    return ""


def _is_sound(file: str, line: int, cells: list[str], width: int, findings: Findings) -> bool:
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        sentence = ngettext(
            "%(count)s colonne au lieu de %(width)s dans l'en-tête\u00a0: ligne décalée ou tronquée.",
            "%(count)s colonnes au lieu de %(width)s dans l'en-tête\u00a0: ligne décalée ou tronquée.",
            len(cells),
        )
        message = sentence % {"count": len(cells), "width": width}
        findings.refuse(file, line, "", "", message)
        return False
    if max(map(len, cells)) > MAX_CELL_LENGTH:
        too_long = next(cell for cell in cells if len(cell) > MAX_CELL_LENGTH)
        message = _("Valeur trop longue\u00a0: plus de %s caractères.") % MAX_CELL_LENGTH
        findings.refuse(file, line, "", too_long, message)
        return False
    return True
