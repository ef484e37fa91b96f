"""Hand one message to a mail server, or to a folder, and know at every moment how far it got."""

from __future__ import annotations

import os
import re
import select
import smtplib
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from encours.core.smtp_outcomes import Answer, Outcome, Phase, Verdict
from encours.delivery.actions import Claimed
from encours.delivery.addresses import on_the_wire
from encours.delivery.wire import MailServer, stuffed, why_not_sendable

BeforeDot = Callable[[], bool]
"""Called when all but the final dot has left; False forbids the dot: the message is no longer ours.

Once it has said True the dot leaves in the next system call, with nothing to wait for in between.
"""

CONNECT_SECONDS = 20.0
REPLY_SECONDS = 60.0


class Transport(Protocol):
    """What a worker sends with."""

    name: str

    def send(self, message: Claimed, content: bytes, before_dot: BeforeDot) -> Verdict:
        """Hand over one message and return what the answer was."""
        ...

    def close(self) -> None:
        """End the session in order; the next message opens another."""
        ...

    def abort(self) -> None:
        """Cut the connection from another thread: a call that waits returns."""
        ...


class LeaseLostError(Exception):
    """Before the final dot, the message turned out to be another worker's: nothing was handed over."""


class _Ended(Exception):  # noqa: N818 (it ends a session, it is no error of ours)
    """The session of this message is over, with this verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reply)
        self.verdict = verdict


class SmtpTransport:
    """One connection to a mail server, kept for many messages; one recipient per envelope."""

    def __init__(
        self,
        server: MailServer,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        reply_seconds: float = REPLY_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.name = str(server)
        self._server = server
        self._connect_seconds = connect_seconds
        self._reply_seconds = reply_seconds
        self._tls = tls
        self._smtp: smtplib.SMTP | None = None
        self._is_used = False

    def send(self, message: Claimed, content: bytes, before_dot: BeforeDot) -> Verdict:
        """Hand over one message; raise LeaseLostError where ``before_dot`` forbids the dot."""
        try:
            smtp = self._ready()
            self._check(smtp, message, content)
            self._envelope(smtp, message, content)
            return self._data(smtp, content, before_dot)
        except _Ended as end:
            if end.verdict.answer not in {Answer.REPLY, Answer.OURS} or end.verdict.phase in _MUST_RECONNECT:
                self._drop()
            return end.verdict
        except LeaseLostError:
            self._drop()
            raise

    def close(self) -> None:
        """Say goodbye; an answer to that changes nothing."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.docmd("QUIT")
        self._drop()

    def abort(self) -> None:
        """Cut the connection under a call that waits."""
        sock = self._smtp.sock if self._smtp is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        smtp, self._smtp, self._is_used = self._smtp, None, False
        if smtp is not None:
            smtp.close()

    def _ready(self) -> smtplib.SMTP:
        """Return a session in which MAIL may come next: the kept one, or a new one."""
        if self._smtp is not None and self._is_used:
            try:
                with _ending(Phase.MAIL):
                    _expect(self._smtp.docmd("RSET"), Phase.MAIL)
                return self._smtp
            except _Ended:
                self._drop()  # closed meanwhile: no message was under way, so open another
        if self._smtp is None:
            self._smtp = self._open()
        return self._smtp

    def _open(self) -> smtplib.SMTP:
        server = self._server
        context = self._tls or ssl.create_default_context()
        smtp = _new_session(server, self._connect_seconds, context)
        try:
            with _ending(Phase.CONNECT):
                _expect(smtp.connect(server.host, server.port), Phase.CONNECT)
            assert smtp.sock is not None
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.sock.settimeout(self._reply_seconds)
            with _ending(Phase.EHLO):
                _expect(smtp.ehlo(), Phase.EHLO)
            if server.is_upgraded_to_tls:
                with _ending(Phase.STARTTLS):
                    _expect(smtp.starttls(context=context), Phase.STARTTLS)
                with _ending(Phase.EHLO):
                    _expect(smtp.ehlo(), Phase.EHLO)
            if server.user:
                with _ending(Phase.AUTH):
                    _expect(smtp.login(server.user, server.password), Phase.AUTH)
        except _Ended:
            smtp.close()
            raise
        return smtp

    def _check(self, smtp: smtplib.SMTP, message: Claimed, content: bytes) -> None:
        reason = why_not_sendable(content) or _why_not_here(smtp, message, content)
        if reason:
            raise _Ended(Verdict(Phase.CHECK, Answer.OURS, text=reason))

    def _envelope(self, smtp: smtplib.SMTP, message: Claimed, content: bytes) -> None:
        self._is_used = True
        options = f" SIZE={len(content)}" if smtp.has_extn("size") else ""
        options += "" if content.isascii() else " BODY=8BITMIME"
        sender, recipient = on_the_wire(message.sender), on_the_wire(message.recipient)
        options += "" if (sender + recipient).isascii() else " SMTPUTF8"
        smtp.command_encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
        with _ending(Phase.MAIL):
            _expect(smtp.docmd(f"MAIL FROM:<{sender}>{options}"), Phase.MAIL)
        with _ending(Phase.RCPT):
            _expect(smtp.docmd(f"RCPT TO:<{recipient}>"), Phase.RCPT)

    def _data(self, smtp: smtplib.SMTP, content: bytes, before_dot: BeforeDot) -> Verdict:
        with _ending(Phase.DATA):
            _expect(smtp.docmd("DATA"), Phase.DATA)
        with _ending(Phase.BODY):
            assert smtp.sock is not None
            smtp.sock.sendall(stuffed(content))
            if _has_spoken(smtp):  # an answer before the dot: whatever it is, the dot must not follow
                raise _Ended(_verdict(smtp.getreply(), Phase.BODY))
            _wait_for_room(smtp.sock, self._reply_seconds)
        smtp.sock.settimeout(
            None
        )  # with a timeout Python would ask for room once more: a pause after the note
        if not before_dot():
            raise LeaseLostError
        with _ending(Phase.FINAL_DOT):
            smtp.sock.sendall(b".\r\n")
            smtp.sock.settimeout(self._reply_seconds)
            return _verdict(smtp.getreply(), Phase.FINAL_DOT)


_MUST_RECONNECT = frozenset({Phase.DATA, Phase.BODY})
"""After an answer here the session may wait for more of the message: a new one is the only sure start."""


class FolderTransport:
    """Keep each message as an .eml file: what happens while no mail server is set."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._folder = folder

    def send(self, message: Claimed, content: bytes, before_dot: BeforeDot) -> Verdict:  # noqa: ARG002
        """Write the file whole; writing it again gives the same file, so no dot is announced."""
        target = self._folder / f"{message.id}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=f".{target.name}.")
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except OSError as error:
            return Verdict(Phase.CONNECT, Answer.DROP, text=f"{self._folder} : {error.strerror}")
        kept = _("gardé dans mail/%(name)s\u00a0: aucun serveur de messagerie n'est configuré") % {
            "name": target.name
        }
        return Verdict(Phase.FINAL_DOT, Answer.REPLY, 250, kept)

    def close(self) -> None:
        """Nothing is held open."""

    def abort(self) -> None:
        """Nothing waits."""


def _new_session(server: MailServer, timeout: float, context: ssl.SSLContext) -> smtplib.SMTP:
    name = socket.gethostname()
    local = name if "." in name else f"[{_LOOPBACK}]"
    smtp = (
        smtplib.SMTP_SSL(timeout=timeout, local_hostname=local, context=context)
        if server.is_tls_from_the_start
        else smtplib.SMTP(timeout=timeout, local_hostname=local)
    )
    smtp._host = server.host  # type: ignore[attr-defined]  # what certificates are checked against
    return smtp


_LOOPBACK = "127.0.0.1"


def _why_not_here(smtp: smtplib.SMTP, message: Claimed, content: bytes) -> str:
    """Return why this server cannot take the message, or nothing."""
    limit = smtp.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(content):
        return _("Le message pèse %(size)s octets, plus que les %(limit)s que le serveur accepte.") % {
            "size": len(content),
            "limit": limit,
        }
    if not content.isascii() and not smtp.has_extn("8bitmime"):
        return _("Le message n'est pas en ASCII et le serveur n'accepte pas le 8 bits (8BITMIME).")
    try:
        addresses = on_the_wire(message.sender) + on_the_wire(message.recipient)
    except ValueError:
        return _("Le domaine d'une adresse n'a pas de forme internationale valable.")
    if not addresses.isascii() and not smtp.has_extn("smtputf8"):
        return _("Une adresse a des lettres accentuées que le serveur n'accepte pas (SMTPUTF8).")
    return ""


def _has_spoken(smtp: smtplib.SMTP) -> bool:
    assert smtp.sock is not None
    readable, _writable, _failed = select.select([smtp.sock], [], [], 0)
    return bool(readable)


def _wait_for_room(sock: socket.socket, seconds: float) -> None:
    """Return once the three bytes of the final dot can be sent without waiting."""
    _readable, writable, _failed = select.select([], [sock], [], seconds)
    if not writable:
        raise TimeoutError


def _verdict(reply: tuple[int, bytes], phase: Phase) -> Verdict:
    code, words = reply
    if not 200 <= code < 600:
        return Verdict(phase, Answer.GARBLED, text=_readable(words)[:500])
    return Verdict(phase, Answer.REPLY, code, _readable(words)[:2000])


def _readable(words: bytes) -> str:
    """Return the words of a server without control characters: PostgreSQL keeps no text with a zero in it."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", words.decode("utf-8", "replace"))


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _expect(reply: tuple[int, bytes], phase: Phase) -> None:
    """End the session unless the reply lets it go on."""
    verdict = _verdict(reply, phase)
    if verdict.outcome is not Outcome.GO_ON:
        raise _Ended(verdict)


@contextmanager
def _ending(phase: Phase) -> Iterator[None]:
    """Turn whatever the network or smtplib raises in a phase into the end of the session."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        words = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        raise _Ended(_verdict((error.smtp_code, words), phase)) from error
    except smtplib.SMTPServerDisconnected as error:
        answer = Answer.HANG if isinstance(error.__context__, TimeoutError) else Answer.DROP
        raise _Ended(Verdict(phase, answer)) from error
    except TimeoutError as error:
        raise _Ended(Verdict(phase, Answer.HANG)) from error
    except (ssl.SSLError, smtplib.SMTPException, UnicodeError) as error:
        raise _Ended(Verdict(phase, Answer.GARBLED, text=str(error)[:500])) from error
    except OSError as error:
        raise _Ended(Verdict(phase, Answer.DROP, text=error.strerror or "")) from error
