"""A real SMTP server on loopback that keeps the received bytes exactly and can be told to misbehave.

In a test: ``with MailServer() as server: ...`` then ``server.url`` and ``server.messages``.
As its own process: ``python -m tests.mailserver --port 2525 --folder FOLDER``; each accepted message is
written to FOLDER and synchronised before it is answered, so that what is counted there was really taken.
With --announce its recipient is then printed; with --slow every answer takes its time, as over a network;
with --fault it misbehaves, always, towards one recipient.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

IDLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it was taken: the envelope and the very bytes, dots unstuffed."""

    sender: str
    recipient: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Fault:
    """Misbehave at a point of the session, ``times`` times (None: always), for one recipient or for all.

    ``at``: connect, ehlo, starttls, auth, mail, rcpt, data, body, final_dot, accepted, rset, quit.
    «body» acts after the first line of the message, «final_dot» before the message is kept, «accepted» after.
    ``do``: a reply («451 Not now»), «drop», «hang» or «hang 30» (seconds, then it drops).
    """

    at: str
    do: str
    times: int | None = 1
    recipient: str = ""


@dataclass
class Script:
    """The faults still to come, shared by all the connections of a server."""

    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_at(self, at: str, recipient: str = "") -> str:
        """Return what to do at a point, or nothing; count it."""
        with self.lock:
            for fault in self.faults:
                if fault.at == at and fault.times != 0 and fault.recipient in {"", recipient}:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault.do
        return ""


class _Gone(Exception):  # noqa: N818
    """The connection is over."""


class _Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: _Listener
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.sender = self.recipient = ""
        mail = self.server.mail
        mail.connection_count += 1
        mail.session_count += 1
        try:
            with contextlib.suppress(_Gone, OSError, ssl.SSLError):
                if mail.session_count > mail.most_sessions:
                    self.write("421 4.7.0 Too many sessions")
                    return
                self.reply("connect", "220 mail.test ESMTP")
                while True:
                    self.take(self.read_line())
        finally:
            mail.session_count -= 1

    def finish(self) -> None:
        super().finish()
        if isinstance(self.connection, ssl.SSLSocket):  # the listener closes the plain socket only
            self.connection.close()

    def read_line(self) -> bytes:
        line = self.rfile.readline(65536)
        if not line:
            raise _Gone
        return line

    def take(self, line: bytes) -> None:
        verb, _space, argument = line.rstrip(b"\r\n").decode("utf-8", "replace").partition(" ")
        command = getattr(self, f"do_{verb.lower()}", None)
        if command is None:
            self.write("502 5.5.1 Unknown command")
        else:
            command(argument)

    def write(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")
        self.wfile.flush()

    def reply(self, at: str, usual: str) -> bool:
        """Answer as usual, or do what the script says; tell whether the usual answer was given."""
        if self.server.mail.slow_seconds:
            time.sleep(random.uniform(0, self.server.mail.slow_seconds))
        fault = self.server.mail.script.next_at(at, self.recipient)
        if fault == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            raise _Gone
        if fault.startswith("hang"):
            self.server.mail.stopping.wait(float(fault[4:] or IDLE_SECONDS))
            raise _Gone
        if fault or usual:
            self.write(fault or usual)
        return not fault

    def do_ehlo(self, _argument: str) -> None:
        mail = self.server.mail
        lines = ["mail.test", *mail.extensions]
        if mail.tls is not None and not isinstance(self.connection, ssl.SSLSocket):
            lines.append("STARTTLS")
        *first, last = lines
        self.reply("ehlo", "\r\n".join([*(f"250-{line}" for line in first), f"250 {last}"]))

    def do_helo(self, _argument: str) -> None:
        self.reply("ehlo", "250 mail.test")

    def do_starttls(self, _argument: str) -> None:
        tls = self.server.mail.tls
        if tls is None or not self.reply("starttls", "220 Go ahead"):
            return
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")

    def do_auth(self, _argument: str) -> None:
        self.reply("auth", "235 2.7.0 Welcome")

    def do_mail(self, argument: str) -> None:
        self.sender, self.recipient = _address(argument), ""
        self.server.mail.commands.append(f"MAIL {argument}")
        if not self.reply("mail", "250 2.1.0 OK"):
            self.sender = ""

    def do_rcpt(self, argument: str) -> None:
        self.recipient = _address(argument)
        self.reply("rcpt", "250 2.1.5 OK")

    def do_data(self, _argument: str) -> None:
        if not (self.sender and self.recipient):
            self.write("503 5.5.1 MAIL and RCPT first")
        elif self.reply("data", "354 Go on"):
            content = self.read_content()
            if self.reply("final_dot", ""):
                self.server.mail.keep(Received(self.sender, self.recipient, content))
                self.reply("accepted", "250 2.0.0 Taken")
            self.sender = ""

    def read_content(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.read_line()) != b".\r\n":
            if not lines:
                self.reply("body", "")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def do_rset(self, _argument: str) -> None:
        self.sender = self.recipient = ""
        self.reply("rset", "250 2.0.0 Flushed")

    def do_noop(self, _argument: str) -> None:
        self.write("250 2.0.0 OK")

    def do_quit(self, _argument: str) -> None:
        self.reply("quit", "221 2.0.0 Bye")
        raise _Gone


def _address(argument: str) -> str:
    return argument.partition("<")[2].partition(">")[0]


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    mail: MailServer


class MailServer:
    """The server, run by a thread from ``__enter__`` to ``__exit__``."""

    def __init__(
        self,
        faults: Sequence[Fault] = (),
        *,
        port: int = 0,
        folder: Path | None = None,
        extensions: Sequence[str] = ("8BITMIME", "SMTPUTF8", "SIZE 20000000"),
        tls: ssl.SSLContext | None = None,
        keeps_content: bool = True,
        slow_seconds: float = 0,
        announces: bool = False,
        most_sessions: int = 1000,
    ) -> None:
        self.script = Script(list(faults))
        self.extensions = extensions
        self.tls = tls
        self.folder = folder
        self.keeps_content = keeps_content
        self.slow_seconds = slow_seconds
        self.announces = announces
        self.most_sessions = most_sessions
        self.session_count = 0
        self.messages: list[Received] = []
        self.commands: list[str] = []
        self.connection_count = 0
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._index = (folder / "index.tsv").open("ab") if folder else None
        self._listener = _Listener(("127.0.0.1", port), _Session)
        self._listener.mail = self
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """The EMAIL_URL that leads here."""
        return f"smtp://127.0.0.1:{self.port}/"

    def keep(self, message: Received) -> None:
        """Keep a message: in memory, or in the folder, synchronised, before it is answered."""
        with self._lock:
            if self._index is None:
                self.messages.append(
                    message if self.keeps_content else Received(message.sender, message.recipient, b"")
                )
                return
            self._write(message)

    def _write(self, message: Received) -> None:
        assert self.folder is not None
        assert self._index is not None
        if self.keeps_content:
            (self.folder / f"{message.sha256}-{message.recipient}.eml").write_bytes(message.content)
        line = f"{message.sha256}\t{message.sender}\t{message.recipient}\n"
        self._index.write(line.encode())
        self._index.flush()
        os.fdatasync(self._index.fileno())
        if self.announces:
            print(message.recipient, flush=True)

    def serve_forever(self) -> None:
        """Serve in this thread until the process ends."""
        self._listener.serve_forever(0.5)

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(5)
        if self._index is not None:
            self._index.close()


def read_index(folder: Path) -> list[Received]:
    """Return the envelopes that a server with a folder has taken; their content is their SHA-256."""
    lines = (folder / "index.tsv").read_text().splitlines()
    fields = (line.split("\t") for line in lines)
    return [Received(sender, recipient, sha256.encode()) for sha256, sender, recipient in fields]


def main() -> None:
    """Serve as a process of its own; the port is printed once it listens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--discard", action="store_true", help="keep the envelopes, not the contents")
    parser.add_argument("--slow", type=float, default=0, metavar="SECONDS", help="at most, for each answer")
    parser.add_argument("--announce", action="store_true", help="print each recipient once its mail is kept")
    parser.add_argument("--fault", nargs=3, action="append", default=[], metavar=("AT", "DO", "RECIPIENT"))
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    server = MailServer(
        [Fault(at, do, times=None, recipient=recipient) for at, do, recipient in options.fault],
        port=options.port,
        folder=options.folder,
        keeps_content=not options.discard,
        slow_seconds=options.slow,
        announces=options.announce,
    )
    print(server.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
