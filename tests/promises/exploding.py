"""Open each bomb in a process of its own, bounded by the system, and print what it took.

Usage: python -m tests.promises.exploding FOLDER; one JSON object a line.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from encours.core.errors import Refusal
from encours.documents.pictures import clean_picture
from encours.intake.reading.workbooks import read_workbook
from tests.promises.bombs import bare, workbooks
from tests.promises.figures import size

MAX_BYTES = 600_000_000  # of addresses, libraries included; what is really used is measured
MAX_SECONDS = 10


def explode(name: str, open_it: Callable[[], object]) -> dict[str, object]:
    """Fork, open the bomb there under limits, and return what became of it."""
    read, write = os.pipe()
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        try:
            open_it()
            said = "taken"
        except Refusal as refusal:
            said = f"refused: {refusal}"
        except BaseException as error:  # told by the parent, as any other outcome
            said = f"failed: {error!r}"
        inner = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        os.write(write, json.dumps([said[:200], inner]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        content = answer.read()
    _pid, status, used = os.wait4(child, 0)
    said, inner = json.loads(content) if content else (f"killed: {status}", 0)
    return {
        "name": name,
        "said": said,
        "seconds": round(time.perf_counter() - start, 3),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
        "megabytes": round(max(used.ru_maxrss, inner) / 1000, 1),
    }


def _read(path: Path) -> None:
    for _row in read_workbook(path):
        pass


def main() -> None:
    """Open all bombs, one after the other."""
    folder = Path(sys.argv[1])
    for name, content in bare():
        print(json.dumps(explode(f"logo: {name}", partial(clean_picture, content))), flush=True)
    for number, (name, content) in enumerate(workbooks()):
        if number % size(reduced=5, full=1):
            continue
        path = folder / f"{number}.xlsx"
        path.write_bytes(content)
        del content
        print(json.dumps(explode(f"workbook: {name}", partial(_read, path))), flush=True)
        path.unlink()


if __name__ == "__main__":
    import django

    django.setup()
    main()
