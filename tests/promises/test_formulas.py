"""No text of ours becomes a formula, a link or a number in a workbook; at full size LibreOffice says so."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from encours.audit.models import AuditLine
from encours.desk.journal.export import as_csv, as_xlsx
from encours.documents.xlsx import clean
from encours.statements.documents.workbook import statement_xlsx
from tests import build
from tests.promises.figures import IS_FULL, record
from tests.promises.texts import FORMULAS, HEADERS, SCRIPTS, TEMPLATES, of
from tests.statements.test_hostile import stated

pytestmark = [pytest.mark.promise, pytest.mark.django_db]

CONVERT_SECONDS = 300
FORMULA = re.compile(rb"<(?:f|hyperlinks?)[ >/]")


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the sheets of a workbook as XML, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return {name: archive.read(name) for name in names}


def open_in_libreoffice(path: Path) -> str:
    """Return the file as LibreOffice understands it: flat XML, formulas and links by their names."""
    office = shutil.which("soffice")
    assert office is not None, "install LibreOffice (Debian: apt-get install libreoffice-calc-nogui)"
    profile = f"-env:UserInstallation=file://{path.parent / 'profile'}"
    reader = ["--infilter=CSV:59,34,76"] if path.suffix == ".csv" else []
    subprocess.run(
        [
            office,
            profile,
            "--headless",
            *reader,
            "--convert-to",
            "fods",
            "--outdir",
            str(path.parent),
            str(path),
        ],
        capture_output=True,
        timeout=CONVERT_SECONDS,
        check=True,
    )
    return path.with_suffix(".fods").read_text(encoding="utf-8")


def journal(texts: list[str]) -> list[AuditLine]:
    """Return lines of the journal that hold each text as their author, object and detail."""
    return [
        AuditLine(
            at=build.NOW,
            actor_name=text,
            address="127.0.0.1",
            action="users.created",
            subject=text,
            entity_code="TOPCONSEIL",
            before={},
            after={"name": text},
            request_id="0",
        )
        for text in texts
    ]


def exported(kind: str, texts: list[str]) -> bytes:
    """Return an export that holds every text."""
    if kind == "journal.xlsx":
        return as_xlsx(journal(texts), build.TODAY)
    if kind == "journal.csv":
        return as_csv(journal(texts))
    return statement_xlsx(stated(kind.removesuffix(".xlsx"), texts))


@pytest.mark.parametrize("kind", ["encours.xlsx", "compte.xlsx", "journal.xlsx", "journal.csv"])
def test_no_export_holds_a_formula(kind: str, tmp_path: Path) -> None:
    texts = of([*FORMULAS, *SCRIPTS, *TEMPLATES, *HEADERS], "blns.json", "ssti.fuzz")
    texts = [text for text in texts if clean(text) == text]
    path = tmp_path / kind
    path.write_bytes(exported(kind, texts))
    for name, xml in parts_of(path.read_bytes()).items() if path.suffix == ".xlsx" else ():
        assert FORMULA.search(xml) is None, name
    opened = 0
    if IS_FULL:
        flat = open_in_libreoffice(path)
        assert "=1+1" in flat
        assert "table:formula" not in flat
        assert "<text:a " not in flat
        opened = flat.count("<table:table-cell")
    record(**{f"{kind}: texts": len(texts), f"{kind}: cells opened": opened, f"{kind}: formulas": 0})
