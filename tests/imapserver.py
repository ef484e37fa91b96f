"""A real IMAP server on loopback, in memory, as a process of its own, for as long as a with block."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from pathlib import Path

USER, PASSWORD = "demouser", "demopass"
START_SECONDS = 20


class ImapServer:
    """pymap with its demonstration mailbox, from ``__enter__`` to ``__exit__``."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"
        self._process: subprocess.Popen[bytes] | None = None

    def put(self, *messages: str) -> None:
        """Have messages arrive in the mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as imap:
            imap.login(USER, PASSWORD)
            for message in messages:
                content = message.encode("latin-1").replace(b"\n", b"\r\n")
                assert imap.append("INBOX", "", "", content)[0] == "OK"

    def unseen(self) -> list[bytes]:
        """Return the messages that nobody marked as read."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as imap:
            imap.login(USER, PASSWORD)
            imap.select("INBOX", readonly=True)
            found: list[bytes] = imap.uid("SEARCH", "UNSEEN")[1][0].split()
        return found

    def __enter__(self) -> ImapServer:
        program = Path(sys.executable).with_name("pymap")
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "dict", "--demo-data"]
        self._process = subprocess.Popen(
            [program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise RuntimeError("the IMAP server did not start")

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
