"""Tell UTF-8 from Windows-1252, and refuse what is neither or both."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from encours.intake.reading.limits import Unreadable

_CHUNK_BYTES = 1 << 20
_UNDEFINED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UTF8_PAIR = re.compile(rb"\xc3[\x80-\xbf]")


def detect_encoding(path: Path) -> str:
    """Return the Python name of a text file's encoding; raise Unreadable where there is no honest answer.

    A file that is UTF-8 up to a damaged byte is refused, never read as Windows-1252: the names before
    the damage would turn into «Ã©».
    """
    if _is_utf8(path):
        return "utf-8-sig"
    _check_windows_1252(path)
    return "cp1252"


def _chunks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the number of line breaks before each chunk, and the chunk."""
    breaks = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield breaks, chunk
            breaks += chunk.count(b"\n")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    has_accents, line = False, 1
    for breaks, chunk in _chunks(path):
        _refuse_nul(breaks, chunk)
        line = breaks + 1
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            start = max(0, error.start - pending)
            if has_accents or not chunk[:start].isascii():
                raise _damaged(breaks, chunk, start) from None
            return False
        has_accents = has_accents or not text.isascii()
        line += chunk.count(b"\n")
    ends_whole = not decoder.getstate()[0]
    if has_accents and not ends_whole:
        raise Unreadable(_("Le fichier s'arrête au milieu d'un caractère\u00a0: il est tronqué."), line=line)
    return ends_whole


def _check_windows_1252(path: Path) -> None:
    for breaks, chunk in _chunks(path):
        _refuse_nul(breaks, chunk)
        if undefined := _UNDEFINED_IN_1252.search(chunk):
            line = breaks + chunk.count(b"\n", 0, undefined.start()) + 1
            byte = undefined[0].hex().upper()
            message = _("Encodage illisible (octet 0x%s)\u00a0: enregistrez le fichier en UTF-8.") % byte
            raise Unreadable(message, line=line)
        if pair := _UTF8_PAIR.search(chunk):
            raise _damaged(breaks, chunk, pair.start())


def _refuse_nul(breaks: int, chunk: bytes) -> None:
    if breaks == 0 and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable(_("Ce fichier est en UTF-16\u00a0: enregistrez-le en CSV UTF-8."), line=1)
    position = chunk.find(b"\x00")
    if position >= 0:
        line = breaks + chunk.count(b"\n", 0, position) + 1
        raise Unreadable(
            _("Ce fichier contient un octet nul\u00a0: ce n'est pas un fichier CSV, ou il est abîmé."),
            line=line,
        )


def _damaged(breaks: int, chunk: bytes, position: int) -> Unreadable:
    return Unreadable(
        _("Ce fichier mélange UTF-8 et un autre encodage\u00a0: enregistrez-le en entier en UTF-8."),
        line=breaks + chunk.count(b"\n", 0, position) + 1,
    )
