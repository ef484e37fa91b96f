"""What is logged also goes, whole and without its secrets, to the collector of the machine."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

from tests.processes import environment

LOGGING = """
import django, logging
django.setup()
logging.getLogger("encours.test").info("IBAN FR7630006000011234567890189 reçu")
"""


def test_a_line_of_the_log_goes_to_the_collector_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
        collector.bind(("127.0.0.1", 0))
        collector.settimeout(10)
        address = f"127.0.0.1:{collector.getsockname()[1]}"
        subprocess.run(
            [sys.executable, "-c", LOGGING],
            env=environment(
                tmp_path, ENCOURS_SYSLOG=address, DJANGO_SETTINGS_MODULE="encours.settings.production"
            ),
            check=True,
            timeout=60,
        )
        kept = (tmp_path / "log" / "encours.log").read_text(encoding="utf-8").splitlines()
        received = [collector.recv(65_536).decode() for _line in kept]
    start = "<14>encours: "  # facility «user», severity «info»
    assert [said(line.removeprefix(start)) for line in received] == [said(line) for line in kept]
    assert said(kept[-1]) == "IBAN FR•••0189 reçu"


def said(line: str) -> str:
    event: str = json.loads(line)["event"]
    return event
