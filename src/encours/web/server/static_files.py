"""Collect the static files of a checkout into the data folder; a wheel brings them built."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MARK = ".source"


def ensure_static_files() -> None:
    """Collect the static files where they are not built in, and only if their sources have changed."""
    target = Path(settings.STATIC_ROOT)
    if target == settings.BUILT_STATIC:
        return
    fingerprint = source_fingerprint()
    mark = target / MARK
    if mark.exists() and mark.read_text(encoding="ascii") == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(fingerprint, encoding="ascii")


def source_fingerprint() -> str:
    """Return a digest of the names, sizes and times of all source files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
