"""Prove the promise of the archive at full size, and write its section of docs/promises.md."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import private_postgres
from tests.promises.archiving import Found
from tests.promises.installation import installation

TAMPERINGS, DOCUMENTS = 500, 100_000
ARCHIVE_SECONDS = 1800.0
HEADING = "## Whatever is changed in the archive is found, and nothing else"
TEXT = """\

Real reminders of two entities, letters and e-mails, are issued over five days; four of them end with a seal.
Then the database is changed straight by SQL, {tamperings} times, each time in the untouched archive and at a
random place: any field of a document, a reminder, its lines and files, a chain's head or a daily seal; one
bit of the bytes kept; two documents or their bytes exchanged; a document taken from the middle or the tail,
a whole chain taken; bytes replaced under their own hash, with the link made anew or not; every link after a
forged document made anew up to the head; a document added. Half of those that could be hidden better are: the
chain is linked again, the daily seals are taken out of the database. `encours verify` compares with what is
kept outside it. Then {documents} documents of about 20 kB are issued and verified, untouched.

| | {heads} |
|---|{rule}|
{rows}

- **false alarms**: problems told of the archive that nobody touched.
- Not covered: the keys of rows, and what follows a letter or an e-mail after it was issued (printed, sent).

{stamp}

`bin/promises --only archive` does it again; `bin/test` does 60 tamperings on each database.
`python -m bench.verify` measures the rate alone.
"""
ROWS = {
    "tamperings": "tamperings",
    "found": "found",
    "documents": "documents verified",
    "false_alarms": "false alarms",
    "documents_per_second": "documents a second",
}


def prove_archive(name: str) -> Found:
    """Tamper and verify on a new installation."""
    with ExitStack() as stack:
        url = stack.enter_context(private_postgres()) if name == "postgres" else ""
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="encours-promises-")))
        place = stack.enter_context(installation(folder, postgres=url))
        said = place.run(
            str(TAMPERINGS), str(DOCUMENTS), module="tests.promises.archiving", seconds=ARCHIVE_SECONDS
        )
        return Found(**json.loads(said))


def section(measured: Mapping[str, Found], names: Mapping[str, str], stamp: str) -> str:
    """Return the section of the archive."""
    runs = list(measured.values())
    rows = [
        f"| {label} | {' | '.join(f'{getattr(run, key):,}' for run in runs)} |" for key, label in ROWS.items()
    ]
    return (
        HEADING
        + "\n"
        + TEXT.format(
            tamperings=runs[0].tamperings,
            documents=f"{DOCUMENTS:,}",
            heads=" | ".join(names[name] for name in measured),
            rule="|".join("---:" for _run in runs),
            rows="\n".join(rows),
            stamp=stamp,
        )
    )
