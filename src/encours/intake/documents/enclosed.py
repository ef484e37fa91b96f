"""Find the PDF that a line names: beside its file, inside its folder, and a PDF by its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.core.typed import parse_text

MAX_PDF_BYTES = 20_000_000
MAX_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class EnclosedPdf:
    """A PDF on disk, known by its SHA-256 when it was checked."""

    path: Path
    filename: str
    sha256: str

    def read(self) -> bytes:
        """Return the bytes that were checked; raise Refusal if the file has changed since."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            sentence = _("%(file)s\u00a0: fichier illisible (%(error)s).")
            raise Refusal(sentence % {"file": self.filename, "error": error.strerror}) from None
        if hashlib.sha256(content).hexdigest() != self.sha256:
            sentence = _("%s\u00a0: ce fichier a changé pendant l'import, recommencez.")
            raise Refusal(sentence % self.filename)
        return content


def find_pdf(name: str, folder: Path) -> EnclosedPdf:
    """Return the PDF of this name, a path relative to the folder; raise Refusal for anything else."""
    relative = parse_text(name, max_length=1000)
    path = _inside(relative, folder)
    try:
        content = _read_bounded(path)
    except OSError as error:
        raise Refusal(_("Fichier illisible\u00a0: %s.") % error.strerror) from None
    _refuse_other_than_pdf(content, path)
    return EnclosedPdf(path, Path(relative).name, hashlib.sha256(content).hexdigest())


def _read_bounded(path: Path) -> bytes:
    if len(path.name) > MAX_NAME_LENGTH:
        raise Refusal(_("Nom de fichier trop long\u00a0: %s caractères au plus.") % MAX_NAME_LENGTH)
    if not path.is_file():
        raise Refusal(_("Ce fichier n'existe pas à côté du fichier importé."))
    if path.stat().st_size > MAX_PDF_BYTES:
        raise Refusal(_("Ce PDF est trop gros\u00a0: %s\u00a0Mo au plus.") % (MAX_PDF_BYTES // 1_000_000))
    return path.read_bytes()


def _inside(name: str, folder: Path) -> Path:
    """Return the real path, which no «..», absolute path or symbolic link may lead out of the folder."""
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or ".." in parts or ":" in parts[0]:
        raise Refusal(_("Donnez un chemin relatif au fichier importé, sans «\u00a0..\u00a0»."))
    try:
        root = folder.resolve()
        path = root.joinpath(*parts).resolve()
    except (OSError, RuntimeError, ValueError):
        raise Refusal(_("Ce chemin ne peut pas être suivi.")) from None
    if not path.is_relative_to(root):
        raise Refusal(_("Ce fichier est hors du dossier du fichier importé."))
    return path


def _refuse_other_than_pdf(content: bytes, path: Path) -> None:
    if not content.startswith(b"%PDF-"):
        raise Refusal(_("Ce fichier n'est pas un PDF."))
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.pages) == 0:
                raise Refusal(_("Ce PDF n'a aucune page."))
    except pikepdf.PasswordError:
        raise Refusal(_("Ce PDF est protégé par un mot de passe.")) from None
    except pikepdf.PdfError:
        raise Refusal(_("Ce PDF est abîmé ou tronqué.")) from None
