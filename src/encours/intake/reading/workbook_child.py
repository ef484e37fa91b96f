"""Read the first sheet of an XLSX workbook in a process of its own, whose memory and time are bounded.

A small file can describe a sheet of billions of cells; here it ends this process and nothing else.
Writes one JSON array ``[line, [text, ...]]`` a line, or one JSON string: the French sentence of a refusal.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
import zipfile
import zlib
from collections.abc import Sequence
from decimal import Decimal
from xml.parsers import expat

from encours.core.sentences import marked

MAX_MEMORY_BYTES = 2_000_000_000
MAX_CPU_SECONDS = 120
MAX_UNPACKED_BYTES = 500_000_000
MAX_ARCHIVE_RATIO = 200
MAX_FILES = 10_000
MAX_SHEET_CELLS = 50_000_000
SIGNIFICANT_DIGITS = 15
MAX_PROLOG_BYTES = 1 << 16


def main() -> None:
    """Read the workbook named on the command line."""
    _bound_this_process()
    refusal = _look_inside(sys.argv[1])
    if refusal:
        print(json.dumps(refusal))
        return
    import python_calamine

    workbook = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
    sheet = workbook.get_sheet_by_index(0)
    if sheet.total_height * sheet.total_width > MAX_SHEET_CELLS:
        print(json.dumps(marked("Cette feuille est trop grande.")))
        return
    for index, row in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = [cell_text(cell) for cell in row]
        sys.stdout.write(json.dumps([index + 1, cells]) + "\n")


def cell_text(cell: object) -> str:
    """Return a cell as a CSV file would hold it.

    A number keeps the 15 significant digits that a spreadsheet shows: 0.1 + 0.2 is 0.3.
    """
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.{SIGNIFICANT_DIGITS}g}'):f}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _look_inside(path: str) -> str:
    """Return the refusal that the archive's own table of contents deserves, or nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            refusal = _judge(entries)
            if not refusal and any(_has_dtd(archive, entry) for entry in entries):
                refusal = marked(
                    "Ce classeur XLSX contient une DTD, qu'aucun tableur n'écrit\u00a0: il est refusé."
                )
            return refusal
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return marked("Ce classeur XLSX est abîmé ou tronqué.")


def _judge(entries: Sequence[zipfile.ZipInfo]) -> str:
    if "[Content_Types].xml" not in {entry.filename for entry in entries} or not any(
        entry.filename.startswith("xl/") for entry in entries
    ):
        return marked("Ce fichier est une archive, pas un classeur XLSX.")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    is_large = unpacked > MAX_UNPACKED_BYTES or len(entries) > MAX_FILES
    if is_large or unpacked > MAX_ARCHIVE_RATIO * max(packed, 10_000):
        return marked("Ce classeur XLSX se déplie en trop de données\u00a0: il est refusé.")
    return ""


class _DtdError(ValueError):
    """An XML file declares a document type."""


def _has_dtd(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Tell whether an XML file of the archive declares a document type, by its beginning alone."""
    if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        return False
    with archive.open(entry) as file:
        start = file.read(MAX_PROLOG_BYTES)
    elements: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = lambda name, _attributes: elements.append(name)
    try:
        parser.Parse(start, False)
    except _DtdError:
        return True
    except (expat.ExpatError, LookupError):
        return False  # it is no XML: the reader will say so
    return len(start) == MAX_PROLOG_BYTES and not elements  # a prolog longer than any spreadsheet's


def _refuse_dtd(*_declared: object) -> None:
    raise _DtdError


def _bound_this_process() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
