"""Keep the newest link of each chain outside the database, so that a rewritten chain is found.

A seal is a small file in the folder ``settings.SEAL_DIR``. Several machines each keep their own: a seal
says «the chain was at least this long, and had this link here», so an older one stays true.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Seal:
    """The position and the link that a chain had."""

    chain: str
    position: int
    link: str


def keep(chain: str, position: int, link: str) -> None:
    """Keep a newer link of a chain; an older one than the one kept is ignored."""
    folder = Path(settings.SEAL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        path = folder / _filename(chain)
        kept = _read(path)
        if kept is None or kept.position < position:
            temporary = path.with_suffix(".new")
            with temporary.open("w", encoding="utf-8") as file:
                json.dump({"chain": chain, "position": position, "link": link}, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)


def kept_seals() -> list[Seal]:
    """Return the seals kept on this machine, by the name of their chain."""
    folder = Path(settings.SEAL_DIR)
    seals = [_read(path) for path in sorted(folder.glob("*.json"))]
    return sorted((seal for seal in seals if seal is not None), key=lambda seal: seal.chain)


def _filename(chain: str) -> str:
    """Return a safe file name: the code of an entity may hold any character."""
    return hashlib.sha256(chain.encode()).hexdigest()[:32] + ".json"


def _read(path: Path) -> Seal | None:
    """Return the seal of a file, or None if there is none that can be read."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Seal(str(values["chain"]), int(values["position"]), str(values["link"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process of this machine write at a time."""
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
