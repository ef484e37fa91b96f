"""A private PostgreSQL ends with the process that started it, however that one is ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.postgres import private_server

ROOT = Path(__file__).resolve().parent.parent
SERVE = """
import sys, time
from pathlib import Path
from tests.postgres import end_in_order, private_server
end_in_order()
with private_server(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_kept_server_is_stopped_when_its_process_is_ended(tmp_path: Path) -> None:
    kept = tmp_path / "postgres"
    for number in (signal.SIGTERM, signal.SIGINT):
        assert _ended_by(number, kept) == 128 + number
        assert not (kept / "postmaster.pid").exists()


def test_the_next_to_serve_a_folder_stops_what_a_killed_process_left_there(tmp_path: Path) -> None:
    kept = tmp_path / "postgres"
    assert _ended_by(signal.SIGKILL, kept) == -signal.SIGKILL
    assert (kept / "postmaster.pid").exists()
    with private_server(kept):
        pass
    assert not (kept / "postmaster.pid").exists()


def _ended_by(number: signal.Signals, kept: Path) -> int:
    """Serve a kept folder in a process of its own, end that by a signal, and return its exit code."""
    command = [sys.executable, "-c", SERVE, str(kept)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline() == "ready\n"
        serving.send_signal(number)
        return serving.wait(30)
