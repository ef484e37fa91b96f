"""`encours serve` as it is run: answers with its static files, stops on SIGTERM, refuses in plain words."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.processes import Server, encours, environment

pytestmark = pytest.mark.once

ANSWER_SECONDS = 15
STOP_SECONDS = 10


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    done = encours(tmp_path, "migrate")
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path


def _get(address: str) -> tuple[int, bytes, str]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, answer.read(), answer.headers.get("Content-Type", "")


def test_it_answers_within_15_seconds_and_stops_within_10(data_dir: Path) -> None:
    start = time.monotonic()
    with Server(data_dir) as server:
        assert time.monotonic() - start < ANSWER_SECONDS
        assert _get(f"{server.url}/healthz")[:2] == (200, b'{"status": "ok", "database": "ok"}')
        page = _get(f"{server.url}/connexion/")[1].decode()
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert len(styles) == 2
        for address in styles:
            status, content, kind = _get(server.url + address)
            assert (status, kind) == (200, 'text/css; charset="utf-8"')
            assert len(content) > 5_000
        start = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - start < STOP_SECONDS
    with pytest.raises(OSError):
        _get(f"{server.url}/healthz")


def test_it_leaves_nobody_behind_when_it_is_killed(data_dir: Path) -> None:
    with Server(data_dir) as server:
        assert _get(f"{server.url}/healthz")[0] == 200
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(5)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            try:
                _get(f"{server.url}/healthz")
            except OSError:
                return
            time.sleep(0.2)
        pytest.fail("the server still answers")


def test_an_old_database_is_refused(tmp_path: Path) -> None:
    done = encours(tmp_path, "serve", "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "La base de données n'est pas à jour : lancez d'abord « encours migrate ».\n"


def test_a_port_that_is_taken_is_refused(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = encours(data_dir, "serve", "--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Impossible d'écouter sur 127.0.0.1, port {port}")


def test_listening_beyond_this_machine_needs_https(data_dir: Path) -> None:
    done = encours(data_dir, "serve", "--host", "0.0.0.0", "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert "exposerait les mots de passe en clair" in done.stderr


def test_unsafe_settings_stop_every_command_with_the_reason(tmp_path: Path) -> None:
    done = encours(tmp_path, "migrate", ENCOURS_BASE_URL="http://relances.example.org")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Encours ne peut pas démarrer : ENCOURS_BASE_URL est en http")


def test_the_module_runs_like_the_script(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "encours", "--version"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.split()[0]) == (0, "encours")
