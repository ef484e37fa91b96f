"""Read XLSX through a process of its own, row by row."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.intake.reading.limits import MAX_LINES, Unreadable

_UNREADABLE = gettext_lazy(
    "Ce classeur XLSX est illisible\u00a0: abîmé, protégé par un mot de passe ou trop grand."
)


def read_workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the cells of every row of the first sheet; raise Unreadable."""
    command = [sys.executable, "-m", "encours.intake.reading.workbook_child", str(path.resolve())]
    child = subprocess.Popen(  # noqa: S603 (our own interpreter and module, the path as one argument)
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    assert child.stdout is not None
    try:
        for text in child.stdout:
            said = json.loads(text)
            if isinstance(said, str):
                raise Unreadable(_(said))
            line, cells = said
            if line > MAX_LINES:
                raise Unreadable(_("Plus de %s lignes\u00a0: partagez le fichier.") % MAX_LINES, line=line)
            yield line, cells
        if child.wait() != 0:
            raise Unreadable(str(_UNREADABLE))
    finally:
        child.kill()
        child.stdout.close()
        child.wait()
