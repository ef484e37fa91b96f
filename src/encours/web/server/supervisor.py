"""Run a worker beside the server: start it again if it ends, stop it when the server stops."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from functools import partial
from types import FrameType

RESTART_SECONDS = 5.0
STOP_SECONDS = 9.0
LOOK_SECONDS = 0.2
SET_PARENT_DEATH_SIGNAL = 1


class Supervisor:
    """Two children, the server and the worker; without the server there is nothing to supervise."""

    def __init__(self, server: list[str], worker: list[str], inherited: int) -> None:
        self.server_command = server
        self.worker_command = worker
        self.inherited = inherited
        self.is_stopping = False
        self.worker: subprocess.Popen[bytes] | None = None
        self.worker_started_at = 0.0

    def run(self) -> int:
        """Run both until the server ends or a signal asks to stop; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        server = subprocess.Popen(  # noqa: S603 (our own commands)
            self.server_command,
            pass_fds=[self.inherited],
            preexec_fn=partial(follow, os.getpid()),
            start_new_session=True,
        )
        try:
            while not self.is_stopping and server.poll() is None:
                self._keep_worker()
                time.sleep(LOOK_SECONDS)
            crashed = not self.is_stopping
        finally:
            end([process for process in (server, self.worker) if process is not None])
        return 1 if crashed else 0

    def _keep_worker(self) -> None:
        is_running = self.worker is not None and self.worker.poll() is None
        if is_running or time.monotonic() - self.worker_started_at < RESTART_SECONDS:
            return
        self.worker_started_at = time.monotonic()
        self.worker = subprocess.Popen(  # noqa: S603
            self.worker_command,
            preexec_fn=partial(follow, os.getpid()),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end, wait for all of them together, then end them by force."""
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def follow(parent: int) -> None:
    """Ask Linux to end this new process with its parent, even if the parent is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:  # it ended between the fork and the call
            os._exit(1)


def command(*arguments: str) -> list[str]:
    """Return the command line that runs a command of ours with this very Python."""
    return [sys.executable, "-m", "encours", *arguments]


def is_embedded(engine: str) -> bool:
    """Tell whether the database is the embedded default, which one machine serves alone."""
    return engine.endswith("sqlite3")
