"""The promises that pytest itself proves at full size, and what docs/promises.md says of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import private_postgres
from tests.promises.installation import ROOT

LIMIT_SECONDS = 3600
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Section:
    """A promise: its heading and text in the document, its test, and the databases that it concerns."""

    heading: str
    test: str
    text: str
    databases: tuple[str, ...] = ("sqlite", "postgres")


SECTIONS: dict[str, Section] = {
    "bombs": Section(
        "No XML bomb is opened",
        "tests/promises/test_bombs.py",
        """\
XML that expands, refers to itself, to files or to addresses, in UTF-8 and UTF-16, the hostile samples
included, is sent as a logo and put into each part of a workbook to import; so are archives that unpack to
far more than they weigh. Each is opened in a process of its own, under limits of the system. All must be
refused, in less than a second of processor and 100 MB of memory, Python and libraries included.""",
        ("sqlite",),
    ),
    "headers": Section(
        "No text adds a header to a mail",
        "tests/promises/test_headers.py",
        """\
Each hostile text (line breaks of every kind, bare and encoded, and the lists of samples) is put into each
field of a reminder by e-mail. The mail must be refused, or have the headers of a good one and no other, as
a receiver reads it.""",
        ("sqlite",),
    ),
    "mutations": Section(
        "An import file is taken whole or not at all, whatever happened to it",
        "tests/promises/test_mutations.py",
        """\
Good files of the four kinds, CSV and XLSX, are cut, scrambled, doubled, re-encoded and given hostile cells,
by chance from a fixed seed, and imported. Whatever the report, every row that an import may write is
compared with what was there before. A failure is any end but a report: what a page would answer with an
error 500.""",
    ),
    "templates": Section(
        "No text is read as a template",
        "tests/promises/test_templates.py",
        """\
Each text that a template engine might evaluate (the samples of server-side template injection and our own)
is the name of a customer, and the subject and the body of a message template. An e-mail and a letter are
issued with it: both, as their receiver reads them, and the pages of the account hold it as it was typed.
What looks like one of our own placeholders and is none may be refused when the template is saved.""",
    ),
    "formulas": Section(
        "No text becomes a formula in a workbook",
        "tests/promises/test_formulas.py",
        """\
Statements of both kinds and the journal hold every hostile text as number, reference, name and author. No
cell of the workbooks has a formula or a link, and LibreOffice, which opens them and the journal in CSV and
writes them again as flat XML, finds none either.""",
        ("sqlite",),
    ),
    "serving": Section(
        "What was acknowledged is kept, whatever moment the server is killed at",
        "tests/promises/test_serving.py",
        """\
Three clients record payments one after the other through a real `encours serve`, while the worker sends
mails. Its processes and the worker are killed (SIGKILL) at random moments, one at a time, then all that
serves at once, and it is started again. At the end each payment that was answered by the page of its
confirmation must be in the database, once; `encours check_figures` must agree, and SQLite's
`integrity_check` find its file intact.""",
    ),
    "schemas": Section(
        "No request, however strange, makes an address fail",
        "tests/promises/test_schemas.py",
        """\
schemathesis draws requests from a description of every address, made from the addresses themselves: any
argument, any query, any form, good and bad, signed in as an administrator. None may be answered by an
error 5xx; what answers in JSON must do so in the form described.""",
    ),
    "tokens": Section(
        "No form is taken without its token",
        "tests/access/test_every_answer.py::test_every_post_without_its_token_is_403_and_changes_nothing",
        """\
Every address is sent a POST without a token and one with a forged token, by a visitor and by an
administrator who is signed in, with what the page would take. Each must be answered by 403, and every row
of the database be as it was.""",
    ),
    "injections": Section(
        "No text runs in a page",
        "tests/browser/test_hostile_texts.py",
        """\
Hostile texts are written, past every check of a form, into what the rows of a whole ledger hold of people,
files and servers: names, numbers, references, reasons, messages, templates, replies, lines of the journal.
Every page is then opened, and that again with other texts in each field. Then every form of every page is
sent by Chromium as it is, whatever the form thinks of it: with all the texts at once in each of its fields
(but for forms that search: an address has its bounds), in packs, and one alone in each. A column that says
that something has happened is written only where it has. Chromium must show no dialog and find nothing that
the content policy forbids; nothing may be answered by an error 5xx.""",
    ),
}


def is_whole(name: str, databases: Sequence[str], *, small: bool) -> bool:
    """Tell whether a run is of full size and on all the databases that the promise concerns."""
    return not small and set(SECTIONS[name].databases) <= set(databases)


def prove_section(
    name: str, databases: Sequence[str], names: Mapping[str, str], *, small: bool
) -> dict[str, Figures] | None:
    """Run a promise on those databases that it concerns; return its figures, nothing if it was broken."""
    measured: dict[str, Figures] = {}
    for database in SECTIONS[name].databases:
        if database not in databases:
            continue
        print(f"… {names[database]}: {name}", flush=True)
        with ExitStack() as stack:
            url = stack.enter_context(private_postgres()) if database == "postgres" else ""
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="encours-promises-")))
            found = _run(SECTIONS[name].test, url, folder / "figures", small=small)
        if found is None:
            print("BROKEN", flush=True)
            return None
        measured[database] = found
        print(f"ok  {found}", flush=True)
    return measured


def _run(test: str, url: str, figures: Path, *, small: bool) -> Figures | None:
    environment = {**os.environ, "ENCOURS_PROMISES_FIGURES": str(figures)}
    environment["ENCOURS_PROMISES"] = "small" if small else "full"
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env=environment,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    if done.returncode != 0 or not figures.exists():
        return None
    found: Figures = {}
    for line in figures.read_text(encoding="utf-8").splitlines():
        found.update(json.loads(line))
    return found


def section_text(name: str, measured: Mapping[str, Figures], names: Mapping[str, str], stamp: str) -> str:
    """Return the section of a promise as the document has it."""
    section, runs = SECTIONS[name], list(measured.values())
    alone = len(section.databases) == 1
    heads = "measured" if alone else " | ".join(names[database] for database in measured)
    rows = [f"| {key.replace('_', ' ')} | {' | '.join(f'{run[key]:,}' for run in runs)} |" for key in runs[0]]
    return "\n".join(
        [
            *(f"## {section.heading}", "", section.text, ""),
            *(f"| | {heads} |", f"|---|{'|'.join('---:' for _ in runs)}|", *rows, ""),
            *(
                stamp,
                "",
                f"`bin/promises --only {name}` does it again; `bin/test` does it at a reduced size.",
                "",
            ),
        ]
    )


def with_section(document: str, text: str) -> str:
    """Return the document with a section in the place of the one of its heading, or at its end."""
    heading = text.partition("\n")[0]
    parts = document.rstrip().split("\n## ")
    kept = [parts[0], *(f"## {part}" for part in parts[1:])]
    found = [at for at, part in enumerate(kept) if part.partition("\n")[0] == heading]
    if found:
        kept[found[0]] = text
    else:
        kept.append(text)
    return "\n\n".join(part.strip() for part in kept) + "\n"
