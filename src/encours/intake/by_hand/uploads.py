"""Know one file as it comes from a browser: its name is only shown, its content is what counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.intake.by_hand.rights import Kind
from encours.intake.problems import shorten

MAX_BYTES = 5_000_000
MAX_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: the name to show, its bytes, and their SHA-256."""

    name: str
    content: bytes
    sha256: str


def read_upload(file: UploadedFile | None, kind: Kind) -> Upload:
    """Return what was sent; raise Refusal where it is nothing, or too large for a page."""
    if file is None:
        raise Refusal(_("Choisissez un fichier CSV ou XLSX."))
    if (file.size or 0) > MAX_BYTES:
        raise Refusal(
            _("Ce fichier est trop gros pour cette page : 5 Mo au plus. Sur le serveur : %s FICHIER.")
            % kind.command
        )
    content = file.read(MAX_BYTES)
    name = shorten(file.name or "")[:MAX_NAME_LENGTH] or "fichier"
    return Upload(name, content, hashlib.sha256(content).hexdigest())


@contextmanager
def kept_for_now(upload: Upload) -> Iterator[Path]:
    """Give the path of a file while it is read."""
    suffix = ".xlsx" if upload.name.lower().endswith(".xlsx") else ".csv"
    with TemporaryDirectory(prefix="encours-import-") as folder:
        path = Path(folder) / f"import{suffix}"
        path.write_bytes(upload.content)
        yield path
