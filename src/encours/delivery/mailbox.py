"""Read new messages of a mailbox by IMAP, without marking or moving anything in it."""

from __future__ import annotations

import datetime as dt
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 15.0
FIRST_DAYS = 14
"""How far back the first look goes."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxError(Exception):
    """The mailbox cannot be read; the message says why, in the server's words where it spoke."""


@dataclass(frozen=True, slots=True)
class MailboxServer:
    """Where a mailbox is, as BOUNCE_IMAP_URL says it."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    is_tls_from_the_start: bool = False
    is_upgraded_to_tls: bool = False

    @property
    def name(self) -> str:
        """Return what tells this mailbox from another; no password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:200]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a mailbox was read: the last UID, which means something under one UIDVALIDITY (RFC 3501)."""

    validity: int = 0
    last_uid: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the mailbox, or its beginning, and the position once it is read."""

    content: bytes
    position: Position


def read_imap_url(url: str) -> MailboxServer:
    """Return the mailbox of ``imaps://user:password@host/FOLDER``, or ``imap://…?tls=true``; else INBOX."""
    parts = urlsplit(url)
    is_imaps = parts.scheme == "imaps"
    return MailboxServer(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or (993 if is_imaps else 143),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        is_tls_from_the_start=is_imaps,
        is_upgraded_to_tls="tls=true" in parts.query.lower(),
    )


def new_letters(
    server: MailboxServer, position: Position, *, limit: int, max_bytes: int, today: dt.date
) -> Iterator[Letter]:
    """Yield up to ``limit`` messages after a position, the oldest first, of each the first ``max_bytes``.

    Where nothing was read yet, those of the last fourteen days. The mailbox is opened for reading only.
    Raise MailboxError where it cannot be read.
    """
    with _session(server) as imap:
        validity = _open(imap, server.folder)
        known = position if position.validity == validity else Position(validity)
        for uid in _uids_after(imap, known, today)[:limit]:
            yield Letter(_fetch(imap, uid, max_bytes), Position(validity, uid))


@contextmanager
def _session(server: MailboxServer) -> Iterator[imaplib.IMAP4]:
    """Open a session, and turn whatever the network or the server says into a MailboxError."""
    context = ssl.create_default_context()
    imap: imaplib.IMAP4 | None = None
    try:
        if server.is_tls_from_the_start:
            imap = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        else:
            imap = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT_SECONDS)
        if server.is_upgraded_to_tls:
            imap.starttls(ssl_context=context)
        imap.login(server.user, server.password)
        yield imap
    except (OSError, imaplib.IMAP4.error, ValueError, UnicodeError) as error:
        raise MailboxError(_words(error)) from error
    finally:
        if imap is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                imap.logout()


def _words(error: Exception) -> str:
    said = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error).encode()
    text = " ".join(said.decode("utf-8", "replace").split()) or type(error).__name__
    return "".join(char if char.isprintable() else "\ufffd" for char in text)[:300]


def _open(imap: imaplib.IMAP4, folder: str) -> int:
    """Open a folder for reading only and return its UIDVALIDITY."""
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    _expect_ok(imap.select(quoted, readonly=True))
    _name, values = imap.response("UIDVALIDITY")
    return int(values[0]) if values and values[0] else 1


def _uids_after(imap: imaplib.IMAP4, known: Position, today: dt.date) -> list[int]:
    if known.last_uid:
        found = _expect_ok(imap.uid("SEARCH", "UID", f"{known.last_uid + 1}:*"))
    else:
        first = today - dt.timedelta(days=FIRST_DAYS)
        since = f"{first.day:02}-{_MONTHS[first.month - 1]}-{first.year:04}"
        found = _expect_ok(imap.uid("SEARCH", "SINCE", since))
    numbers = re.findall(rb"\d+", b" ".join(part for part in found if isinstance(part, bytes)))
    # «n:*» gives the newest message even where it is older than n.
    return sorted(uid for uid in map(int, numbers) if uid > known.last_uid)


def _fetch(imap: imaplib.IMAP4, uid: int, max_bytes: int) -> bytes:
    parts = _expect_ok(imap.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{max_bytes}>)"))
    contents = [part[1] for part in parts if isinstance(part, tuple) and len(part) > 1]
    return contents[0] if contents and isinstance(contents[0], bytes) else b""  # deleted meanwhile


def _expect_ok(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    kind, data = answer
    if kind != "OK":
        said = data[0] if data and isinstance(data[0], bytes) else kind.encode()
        raise imaplib.IMAP4.error(said)
    return data
