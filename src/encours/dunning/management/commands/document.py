"""`encours document`: write the letter or the message of a reminder, the archived bytes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from encours.access.scopes import EVERYTHING
from encours.archive import store
from encours.console import EncoursCommand, Refused
from encours.dunning.queries import main_document


class Command(EncoursCommand):
    help = "Écrit la lettre (PDF) ou le message (.eml) d'une relance, tel qu'il a été conservé à l'émission."
    has_json = False

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("reference", metavar="REFERENCE", help="référence, par exemple TOPCONSEIL-1")
        parser.add_argument("-o", "--output", required=True, metavar="FILE", help="fichier à écrire")

    def run(self, options: dict[str, Any]) -> None:
        reference = options["reference"]
        document = main_document(EVERYTHING, reference)
        if document is None:
            raise Refused(f"aucune relance émise ne porte la référence « {reference} »")
        try:
            content = store.get(document.sha256)
        except store.NotStoredError:
            raise Refused(
                f"le document de {reference} manque dans l'archive : lancez encours verify"
            ) from None
        try:
            write_whole(Path(options["output"]), content)
        except OSError as error:
            raise Refused(f"impossible d'écrire {options['output']} : {error.strerror}") from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there: a reader sees all of it or nothing."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
