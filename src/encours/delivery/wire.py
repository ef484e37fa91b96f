"""Know which messages can be sent byte for byte, so that the server receives what the archive keeps."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

MAX_LINE = 998  # RFC 5322 2.1.1, without its CRLF


def why_not_sendable(content: bytes) -> str:
    """Return why a message cannot be sent as it is, or nothing."""
    lines = content.split(b"\r\n")
    ends = len(lines) - 1
    if lines[-1] or content.count(b"\n") != ends or content.count(b"\r") != ends:
        return _("Les lignes du message ne finissent pas toutes par CRLF.")
    if b"\0" in content:
        return _("Le message contient un octet nul.")
    if max(map(len, lines)) > MAX_LINE:
        return _("Le message contient une ligne de plus de 998 octets.")
    return ""


def stuffed(content: bytes) -> bytes:
    """Return the content with every dot that begins a line doubled (RFC 5321 4.5.2)."""
    body = content.replace(b"\r\n.", b"\r\n..")
    return b"." + body if body.startswith(b".") else body


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, as EMAIL_URL says it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls_from_the_start: bool = False
    is_upgraded_to_tls: bool = False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def read_email_url(url: str) -> MailServer:
    """Return the server of ``smtp://user:password@host:587/?tls=true`` or ``smtps://…``."""
    parts = urlsplit(url)
    is_smtps = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or (465 if is_smtps else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls_from_the_start=is_smtps,
        is_upgraded_to_tls="tls=true" in parts.query.lower(),
    )
